import { mergeFacts } from "../dockerfile/merge-facts.ts";
import type { BaseUse, DockerfileInput } from "../dockerfile/read-dockerfile.ts";
import { readOnce } from "../dockerfile/read-once.ts";
import { spliceReferences, type Replacement } from "../dockerfile/splice-references.ts";
import type { Digest } from "../model/digest.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import type { SuccessorOf } from "../model/successor.ts";
import { ignoredLines } from "../references/ignored-lines.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import type { Survey } from "./survey.ts";

/**
 * The Dockerfile with its dependencies' new digests in it: every pin as the run will write it into the file at the
 * end, and what BuildKit resolves also where the file names a dependency without a digest, or where it is at home. A pin on a line that is to be
 * left alone is built with its digest. `inputs` are how one Dockerfile is read for platforms that are built together.
 */
export function dockerfileToBuild(
  { owner, ownerOfUse, scanner }: Pick<Survey, "owner" | "ownerOfUse" | "scanner">,
  inputs: readonly DockerfileInput[],
  references: ReadonlyMap<string, Reference>,
  successorOf: SuccessorOf = (image) => references.get(image)?.digest,
): Uint8Array {
  const [first] = inputs;
  if (first === undefined) return new Uint8Array();
  const { bytes } = rewritePins(first.file, first.bytes, { owner, scanner }, successorOf);
  const read = (input: DockerfileInput) => readOnce(input.bytes === bytes ? input : { ...input, bytes });
  const facts = mergeFacts(inputs.map(read));
  const replacements = [...facts.uses, ...facts.triggerUses].flatMap((use) => {
    const image = ownerOfUse(use.reference) ?? "";
    const dependency = references.get(image);
    if (dependency === undefined || isLeftAlone(use, bytes)) return [];
    // Where it is at home it has other digests, or none.
    if (owner(use.reference) === undefined) return replacement(use.reference, use.written, dependency);
    return replacementFor(use, dependency, (from) => successorOf(image, from));
  });
  return spliceReferences(bytes, replacements);
}

function isLeftAlone({ reference, written }: BaseUse, bytes: Uint8Array): boolean {
  return reference.digest !== undefined && written !== undefined && ignoredLines(bytes)(written.start);
}

/** The reference as written, with the dependency's digest; or its name in the engine where it has no digest. */
function replacementFor(
  { reference, written }: BaseUse,
  dependency: Reference,
  successorOf: (from: Digest) => Digest | undefined,
): readonly Replacement[] {
  if (dependency.digest === undefined) return replacement(reference, written, dependency);
  const digest = reference.digest === undefined ? dependency.digest : successorOf(reference.digest);
  return digest === undefined ? [] : replacement(reference, written, { ...reference, digest });
}

function replacement(
  reference: Reference,
  written: BaseUse["written"],
  next: Reference,
): readonly Replacement[] {
  const text = formatReference(next);
  return written === undefined || text === formatReference(reference) ? [] : [{ ...written, text }];
}
