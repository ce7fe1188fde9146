import type { Digest } from "../model/digest.ts";
import type { Version } from "../model/version.ts";

/** What is needed whatever else there is. */
export interface Keep {
  /** Digests that some branch or tag of the git repository names. */
  readonly named: ReadonlySet<Digest>;
  readonly isKeptTag: (tag: string) => boolean;
  /** Whatever is younger stays; milliseconds since 1970. `undefined`: age does not matter. */
  readonly since: number | undefined;
}

/** What of a repository goes. */
export interface Pruning {
  readonly repository: string;
  /** Each index before what it contains. */
  readonly goes: readonly Version[];
  /** How many versions stay. */
  readonly stays: number;
  /** How many of these stay only because nobody knows how old they are. */
  readonly ageless: number;
}

/** Tags that stand for what signs or describes another manifest: cosign's, and the specification's own. */
const ATTACHED = /^sha256-([0-9a-f]{64})(?:\..*)?$/;

/**
 * What nothing needs. Needed is what is named, has a tag that is kept, or is too young; an index that contains what is named;
 * with an index all that it contains, and with each what signs or describes it. Pure.
 */
export function decidePrune(repository: string, versions: readonly Version[], keep: Keep): Pruning {
  const indexes = indexesOf(versions);
  const roots = [...rootsOf(versions, indexes, keep)];
  const ageless = versions.filter((version) => isAgeless(version, indexes, keep)).map(({ digest }) => digest);
  const certain = neededBy(versions, roots);
  const needed = neededBy(versions, [...roots, ...ageless]);
  const goes = versions.filter(({ digest }) => !needed.has(digest));
  return {
    repository,
    goes: indexesFirst(goes),
    stays: needed.size,
    ageless: needed.size - certain.size,
  };
}

/** The indexes that contain each manifest. */
function indexesOf(versions: readonly Version[]): ReadonlyMap<Digest, readonly Digest[]> {
  const indexes = new Map<Digest, Digest[]>();
  for (const { digest, manifests } of versions)
    for (const contained of manifests) indexes.set(contained, [...(indexes.get(contained) ?? []), digest]);
  return indexes;
}

/** An index whose image is named has the tag that keeps the image. */
function rootsOf(
  versions: readonly Version[],
  indexes: ReadonlyMap<Digest, readonly Digest[]>,
  { named, isKeptTag, since: limit }: Keep,
): ReadonlySet<Digest> {
  const roots = new Set<Digest>();
  const addNamed = (digest: Digest) => {
    roots.add(digest);
    for (const index of indexes.get(digest) ?? []) addNamed(index);
  };
  for (const { digest, tags, since } of versions) {
    if (named.has(digest)) addNamed(digest);
    if (tags.some((tag) => !ATTACHED.test(tag) && isKeptTag(tag))) roots.add(digest);
    if (limit !== undefined && since !== undefined && since > limit) roots.add(digest);
  }
  return roots;
}

/** What is in an index, or attached to another manifest, is as old as that. */
function isAgeless(
  version: Version,
  indexes: ReadonlyMap<Digest, readonly Digest[]>,
  { since: limit }: Keep,
): boolean {
  if (limit === undefined || version.since !== undefined) return false;
  return !indexes.has(version.digest) && subjectsOf(version).length === 0;
}

/** All that is reached from the roots. */
function neededBy(versions: readonly Version[], roots: readonly Digest[]): ReadonlySet<Digest> {
  const links = linksBetween(versions);
  const needed = new Set<Digest>();
  const left = [...roots];
  for (let digest = left.pop(); digest !== undefined; digest = left.pop()) {
    if (needed.has(digest)) continue;
    needed.add(digest);
    left.push(...(links.get(digest) ?? []));
  }
  return needed;
}

/** From each version to those that it contains, and that sign or describe it. */
function linksBetween(versions: readonly Version[]): ReadonlyMap<Digest, readonly Digest[]> {
  const present = new Set(versions.map(({ digest }) => digest));
  const links = new Map<Digest, Digest[]>();
  const link = (from: Digest, to: Digest) => {
    if (present.has(from) && present.has(to)) links.set(from, [...(links.get(from) ?? []), to]);
  };
  for (const version of versions) {
    for (const contained of version.manifests) link(version.digest, contained);
    for (const subject of subjectsOf(version)) link(subject, version.digest);
  }
  return links;
}

/** What a version signs or describes. */
function subjectsOf({ subject, tags }: Version): readonly Digest[] {
  const byTag = tags.flatMap((tag) => {
    const hex = ATTACHED.exec(tag)?.[1];
    return hex === undefined ? [] : [`sha256:${hex}` as Digest];
  });
  return subject === undefined ? byTag : [subject, ...byTag];
}

/** Registries keep what an index contains for as long as there is the index. */
function indexesFirst(versions: readonly Version[]): readonly Version[] {
  const contained = new Map<Digest, number>();
  const levelOf = (digest: Digest): number => contained.get(digest) ?? 0;
  // As often as there can be an index in an index in an index.
  for (let changed = true; changed;) {
    changed = false;
    for (const { digest, manifests } of versions)
      for (const each of manifests)
        if (levelOf(each) <= levelOf(digest)) {
          contained.set(each, levelOf(digest) + 1);
          changed = true;
        }
  }
  return versions.toSorted((a, b) => levelOf(a.digest) - levelOf(b.digest));
}
