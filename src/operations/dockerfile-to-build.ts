import { mergeFacts } from "../dockerfile/merge-facts.ts";
import { readDockerfile, type BaseUse, type DockerfileInput } from "../dockerfile/read-dockerfile.ts";
import { spliceReferences, type Replacement } from "../dockerfile/splice-references.ts";
import type { Digest } from "../model/digest.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import { ignoredLines } from "../references/ignored-lines.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import type { Survey } from "./survey.ts";

/**
 * The Dockerfile with its dependencies' new digests in it: every pin as the run will write it into the file at the
 * end, and what BuildKit resolves also where the file names a dependency without a digest. A pin on a line that is to be
 * left alone is built with its digest. `inputs` are how one Dockerfile is read for platforms that are built together.
 */
export function dockerfileToBuild(
  { owner, scanner }: Pick<Survey, "owner" | "scanner">,
  inputs: readonly DockerfileInput[],
  references: ReadonlyMap<string, Reference>,
): Uint8Array {
  const [first] = inputs;
  if (first === undefined) return new Uint8Array();
  const { bytes } = rewritePins(first.file, first.bytes, { owner, scanner }, digestsIn(references));
  const facts = mergeFacts(inputs.map((input) => readDockerfile({ ...input, bytes })));
  const replacements = [...facts.uses, ...facts.triggerUses].flatMap((use) => {
    const dependency = references.get(owner(use.reference) ?? "");
    return dependency === undefined || isLeftAlone(use, bytes) ? [] : replacementFor(use, dependency);
  });
  return spliceReferences(bytes, replacements);
}

function isLeftAlone({ reference, written }: BaseUse, bytes: Uint8Array): boolean {
  return reference.digest !== undefined && written !== undefined && ignoredLines(bytes)(written.start);
}

function digestsIn(references: ReadonlyMap<string, Reference>): ReadonlyMap<string, Digest> {
  const digests = new Map<string, Digest>();
  for (const [image, { digest }] of references) if (digest !== undefined) digests.set(image, digest);
  return digests;
}

/** The reference as written, with the dependency's digest; or its name in the engine where it has no digest. */
function replacementFor({ reference, written }: BaseUse, dependency: Reference): readonly Replacement[] {
  const { digest } = dependency;
  const text = formatReference(digest === undefined ? dependency : { ...reference, digest });
  return written === undefined || text === formatReference(reference) ? [] : [{ ...written, text }];
}
