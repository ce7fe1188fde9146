import { spliceReferences } from "../dockerfile/splice-references.ts";
import type { Digest } from "../model/digest.ts";
import type { PinnedReference, Refusal, Refused } from "../model/pinning.ts";
import { matchesTag } from "../model/tag-template.ts";
import { formatReference } from "../model/reference.ts";
import type { Unpinned } from "../references/find-unpinned.ts";
import type { RewrittenFile } from "./rewrite-places.ts";
import { imageIn, type Survey } from "./survey.ts";

/** The bytes of a file of any kind with the digests of our images behind their tags. */
export function pinText(
  file: string,
  bytes: Uint8Array,
  found: readonly Unpinned[],
  survey: Survey,
  isKept: (after: Uint8Array, hexStart: number, image: string) => boolean,
): RewrittenFile {
  const refused: Refused[] = [];
  const references: PinnedReference[] = [];
  const edits: { readonly end: number; readonly to: Digest }[] = [];
  for (const each of found) {
    const { end, line } = each;
    const reference = formatReference(each.reference);
    const decision = decide(each, bytes, survey, isKept);
    if ("kind" in decision) refused.push({ file, line, reference, why: decision });
    else {
      edits.push({ end, to: decision.to });
      references.push({ file, line, reference, ...decision });
    }
  }
  return { bytes: edits.length === 0 ? bytes : insert(bytes, edits), references, refused };
}

/** The digest of an image of ours that a reference is to get. */
export function ownDigest({ lockfile }: Survey, image: string): Digest | Refusal {
  return lockfile.images.get(image)?.digest ?? { kind: "no-digest", image };
}

function decide(
  { reference, end, namesResult }: Unpinned,
  bytes: Uint8Array,
  survey: Survey,
  isKept: (after: Uint8Array, hexStart: number, image: string) => boolean,
): { readonly image: string; readonly to: Digest } | Refusal {
  const image = survey.owner(reference);
  if (image === undefined) return { kind: "ambiguous" };
  if (namesResult) return { kind: "names-a-result" };
  const { tags } = imageIn(survey, image).image;
  if (!tags.some((tag) => matchesTag(tag, reference.tag ?? ""))) return { kind: "foreign-tag", image };
  const to = ownDigest(survey, image);
  if (typeof to !== "string") return to;
  const after = insert(bytes, [{ end, to }]);
  return isKept(after, end + "@sha256:".length, image) ? { image, to } : { kind: "not-kept", image };
}

function insert(
  bytes: Uint8Array,
  edits: readonly { readonly end: number; readonly to: Digest }[],
): Uint8Array {
  return spliceReferences(
    bytes,
    edits.map(({ end, to }) => ({ start: end, end, text: `@${to}` })),
  );
}
