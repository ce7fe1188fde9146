/** What registries' answers mean. Pure; `undefined` for a kind says that the registry does not have it. */
import type { Digest } from "../model/digest.ts";
import type { Disagreement, ManifestKind } from "../model/drift.ts";
import { formatReference, type Reference } from "../model/reference.ts";

/** What is wrong with the lockfile's digest of an image, and with the tag that is to keep it. */
export function judgeEntry(
  image: string,
  { name, digest }: { readonly name: string; readonly digest: Digest },
  kind: ManifestKind | undefined,
  keeper: { readonly tag: string; readonly kept: Digest | undefined } | undefined,
): readonly Disagreement[] {
  // The tag of what is not there is no other's business.
  if (kind === undefined)
    return [{ kind: "missing-digest", image, found: formatReference({ name, digest }) }];
  if (keeper === undefined || keeper.kept === digest) return [];
  const { tag, kept: found } = keeper;
  const known = found === undefined ? {} : { found };
  return [
    {
      kind: "unkept-digest",
      image,
      reference: formatReference({ name, tag }),
      ...known,
      expected: digest,
    },
  ];
}

/** What is wrong with a pin of an image beside that it is not the lockfile's. */
export function judgeStalePin(
  pin: { readonly image: string; readonly found: Digest; readonly expected: Digest },
  name: string,
  kind: ManifestKind | undefined,
  expectedKind: ManifestKind | undefined,
): readonly Disagreement[] {
  const { image, found, expected } = pin;
  const reference = formatReference({ name, digest: found });
  if (kind === undefined) return [{ kind: "missing-digest", image, found: reference, expected }];
  if (expectedKind === undefined || kind === expectedKind) return [];
  const other = formatReference({ name, digest: expected });
  return [{ kind: "changed-kind", image, reference, found: kind, expected: expectedKind, other }];
}

/** What is wrong with the pin of a base, whose tag, if it has one, tells of which kind the digest is to be. */
export function judgeBase(
  { name, tag, digest }: Reference,
  kind: ManifestKind | undefined,
  tagKind: ManifestKind | undefined,
): readonly Disagreement[] {
  const reference = formatReference({ name, ...(digest === undefined ? {} : { digest }) });
  if (kind === undefined) return [{ kind: "missing-digest", found: reference }];
  if (tag === undefined || tagKind === undefined || kind === tagKind) return [];
  const other = formatReference({ name, tag });
  return [{ kind: "changed-kind", reference, found: kind, expected: tagKind, other }];
}
