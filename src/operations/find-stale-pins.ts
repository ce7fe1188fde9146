import type { Digest } from "../model/digest.ts";
import type { ReferenceChange } from "../model/run.ts";
import type { Checkout, Contents } from "../ports.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/scanner.ts";
import type { Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** The pins that do not carry their image's digest, and where pins can be at all. */
export interface StalePins {
  /** Files of the working tree that may hold pins. */
  readonly files: readonly string[];
  /** Those of the files that git does not track. */
  readonly untracked: readonly string[];
  /** The pins of the working tree that are to be changed. */
  readonly changes: readonly ReferenceChange[];
}

/** Finds the pins that do not carry these digests yet. Changes nothing. */
export async function findStalePins(
  checkout: Pick<Checkout, "read">,
  contents: Contents,
  configured: Configured,
  survey: Survey,
  digests: ReadonlyMap<string, Digest>,
): Promise<StalePins> {
  const { files, untracked } = await filesWithPins(contents, configured, survey);
  const changes: ReferenceChange[] = [];
  for (const file of files) {
    const bytes = (await checkout.read(file)) ?? new Uint8Array();
    const found = rewritePins(file, bytes, survey, digests).changes;
    changes.push(...found.map(({ line, image, from, to }) => ({ file, line, image, from, to })));
  }
  return { files, untracked, changes };
}

/** Where pins can be: files of the working tree, and the declared Dockerfiles among them that git does not track. */
export async function filesWithPins(
  contents: Contents,
  configured: Configured,
  survey: Pick<Survey, "images" | "scanner">,
): Promise<Pick<StalePins, "files" | "untracked">> {
  const tracked = await contents.filesContaining(MARKS);
  const dockerfiles = new Set(
    [...survey.images.values()]
      .filter(({ image }) => image.dockerfileCommand === undefined)
      .map(({ image }) => image.dockerfile),
  );
  const untracked = [...dockerfiles].filter((file) => !contents.isTracked(file));
  const files = [...tracked, ...untracked].filter(
    (file) => file !== configured.lockfile && survey.scanner.isInScope(file),
  );
  return { files, untracked };
}
