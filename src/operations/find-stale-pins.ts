import type { Digest } from "../model/digest.ts";
import type { ReferenceChange } from "../model/run.ts";
import type { Checkout } from "../ports.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/scanner.ts";
import type { Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** The pins that do not carry their image's digest, and where pins can be at all. */
export interface StalePins {
  /** Files that may hold pins in some version that git has of them. */
  readonly files: readonly string[];
  /** Those of the files that git does not track. */
  readonly untracked: readonly string[];
  /** The pins of the working tree that are to be changed. */
  readonly changes: readonly ReferenceChange[];
}

/** Finds the pins that do not carry these digests yet. Changes nothing. */
export async function findStalePins(
  checkout: Pick<Checkout, "read" | "filesContaining" | "isTracked">,
  configured: Configured,
  survey: Survey,
  digests: ReadonlyMap<string, Digest>,
): Promise<StalePins> {
  const tracked = await checkout.filesContaining(MARKS);
  const dockerfiles = new Set([...survey.images.values()].map(({ image }) => image.dockerfile));
  const untracked = await untrackedAmong(
    checkout,
    [...dockerfiles].filter((file) => !tracked.includes(file)),
  );
  const files = [...tracked, ...untracked].filter(
    (file) => file !== configured.lockfile && survey.scanner.isInScope(file),
  );
  const changes: ReferenceChange[] = [];
  for (const file of files) {
    const bytes = (await checkout.read(file)) ?? new Uint8Array();
    const found = rewritePins(file, bytes, survey, digests).changes;
    changes.push(...found.map(({ line, image, from, to }) => ({ file, line, image, from, to })));
  }
  return { files, untracked, changes };
}

async function untrackedAmong(checkout: Pick<Checkout, "isTracked">, files: readonly string[]) {
  const untracked: string[] = [];
  for (const file of files) if (!(await checkout.isTracked(file))) untracked.push(file);
  return untracked;
}
