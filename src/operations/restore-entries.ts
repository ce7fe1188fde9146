import { ConfigurationError, UserError } from "../errors.ts";
import { entriesOf, parseLockfile, type LockEntry } from "../lockfile/lockfile.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import type { Checkout, FileVersion, Registry } from "../ports.ts";
import { askEach } from "./ask-each.ts";
import type { Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** What the lockfile of a revision says of images. */
export interface RestoredEntries {
  /** The id of the revision's commit. */
  readonly commit: string;
  readonly entries: ReadonlyMap<string, LockEntry>;
}

/** Where the entries come from. */
export interface RestoreWorld {
  readonly checkout: Pick<Checkout, "versionAt">;
  readonly registry: Pick<Registry, "resolve">;
  readonly signal: AbortSignal;
}

/**
 * The entries that the lockfile of a revision has of these images. Throws a `UserError` where there is none that can be read,
 * or where the registry does not have a digest any more that would come back.
 */
export async function restoreEntries(
  { checkout, registry, signal }: RestoreWorld,
  configured: Configured,
  { lockfile }: Pick<Survey, "lockfile">,
  named: readonly string[],
  revision: string,
): Promise<RestoredEntries> {
  const version = await checkout.versionAt(revision, configured.lockfile);
  const earlier = readEntries(version, configured, revision);
  const entries = new Map([...earlier].filter(([name]) => named.includes(name)));
  const wanted = [...entries].flatMap(([image, { repository: name, digest }]): [string, Reference][] =>
    lockfile.images.get(image)?.digest === digest ? [] : [[image, { name, digest }]],
  );
  const references = new Map(wanted);
  const ask = (reference: Reference, until: AbortSignal) => registry.resolve(reference, until);
  const answers = await askEach(references, ask, signal);
  const lost = wanted.filter(([image, { digest }]) => answers.get(image) !== digest);
  if (lost.length > 0) throw notThere(lost, revision);
  return { commit: version?.revision ?? revision, entries };
}

function readEntries(
  version: FileVersion | undefined,
  { lockfile: file, images }: Configured,
  revision: string,
): ReadonlyMap<string, LockEntry> {
  if (version === undefined)
    throw new UserError(`${revision} has no ${file}`, { remedy: "Name a later revision with --from." });
  try {
    return entriesOf(parseLockfile(version.bytes, file), images).images;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = error.problems.map(({ what }) => what).join("; ");
    throw new UserError(`The ${file} of ${revision} cannot be used: ${problems}`, {
      remedy: "Name another revision with --from.",
    });
  }
}

function notThere(lost: readonly (readonly [string, Reference])[], revision: string): UserError {
  const references = lost.map(([, reference]) => formatReference(reference)).join("\n  ");
  return new UserError(
    `The registry does not have what the lockfile of ${revision} names:\n  ${references}`,
    {
      remedy:
        "Nothing is written. Leave these images out with --image, name another revision, or check that revision out and build them.",
    },
  );
}
