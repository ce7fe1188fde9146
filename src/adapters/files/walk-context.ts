import type { ContextEntry, ContextFilter } from "../../ports.ts";

/** What a directory of a context has, as far as it is known without looking into it. */
export interface Child<Entry extends ContextEntry> {
  readonly name: string;
  readonly isDirectory: boolean;
  /** The entry at the path, unless it is a directory; `undefined` if it has gone or is neither file nor link. */
  describe(path: string): Entry | undefined;
}

/** Where the directories of a context are read from. */
export interface ContextSource<Entry extends ContextEntry> {
  /**
   * What is in a directory, which is from the context's root and empty or with a slash at its end; only what has one of
   * `names`.
   */
  children(directory: string, names: readonly string[] | "any"): readonly Child<Entry>[];
  /** All that is below a directory, in any order, where that is known to be files alone: then it need not be walked. */
  filesBelow?(directory: string): readonly Entry[] | undefined;
  /** The entry for a directory of which nothing is kept, if it is there. */
  emptyDirectory(path: string): Entry | undefined;
}

/**
 * The entries that a filter keeps, sorted by the bytes of their paths. A directory is an entry of its own only where nothing below it is kept: the others are
 * implied by what they hold, so that an entry's path is all that says whether a directory exists.
 */
export async function walkContext<Entry extends ContextEntry>(
  source: ContextSource<Entry>,
  filter: ContextFilter,
  signal?: AbortSignal,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  await walkBelow("", "", filter.keepsAllBelow(""));
  return sortByBytes(entries);

  async function walkBelow(directory: string, prefix: string, keepsAll: boolean): Promise<void> {
    signal?.throwIfAborted();
    const files = keepsAll ? source.filesBelow?.(prefix) : undefined;
    if (files !== undefined) for (const file of files) entries.push(file);
    else await walkChildren(directory, prefix, keepsAll);
  }

  async function walkChildren(directory: string, prefix: string, keepsAll: boolean): Promise<void> {
    for (const child of source.children(prefix, keepsAll ? "any" : filter.namesIn(directory))) {
      const path = prefix + child.name;
      if (child.isDirectory) await walkDirectory(path, keepsAll);
      else if (keepsAll || filter.keeps(path)) add(child.describe(path));
    }
  }

  async function walkDirectory(path: string, isKept: boolean): Promise<void> {
    const before = entries.length;
    if (isKept || filter.enters(path))
      await walkBelow(path, `${path}/`, isKept || filter.keepsAllBelow(path));
    if (entries.length === before && (isKept || filter.keeps(path))) add(source.emptyDirectory(path));
  }

  function add(entry: Entry | undefined): void {
    if (entry !== undefined) entries.push(entry);
  }
}

/** Strings that have one of these do not compare as their UTF-8 bytes do. */
const WIDE = /[\ud800-\uffff]/;

function sortByBytes<Entry extends ContextEntry>(entries: readonly Entry[]): readonly Entry[] {
  if (!entries.some(({ path }) => WIDE.test(path)))
    return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return entries
    .map((entry) => ({ entry, key: Buffer.from(entry.path) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
}
