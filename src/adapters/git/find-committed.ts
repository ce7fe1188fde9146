import type { Converted } from "./find-converted.ts";
import { GREP } from "./find-holding.ts";
import type { IndexState } from "./read-index.ts";
import { pathspecs } from "./pathspecs.ts";
import { runGit, splitNul } from "./run-git.ts";

const HEAD_PREFIX = "HEAD:";

/** What is known of the working tree. */
export interface KnownFiles {
  readonly state: IndexState;
  readonly converted: Converted;
  /** Tracked text files that hold one of the texts there. */
  readonly held: ReadonlySet<string>;
}

/**
 * Text files that hold one of the texts in the index or in HEAD; sorted. To search these git unpacks every blob, so it searches only
 * what the working tree does not tell: what it has otherwise than the index, and what HEAD has otherwise.
 */
export async function findCommitted(
  root: string,
  { state: { entries }, converted, held }: KnownFiles,
  texts: readonly string[],
): Promise<readonly string[]> {
  const wanted = texts.flatMap((text) => ["-e", text]);
  const isKnown = (path: string) => entries.get(path)?.isCurrent === true && !converted.isFiltered(path);
  const known = [...held].filter(isKnown);
  const unknown = [...entries].flatMap(([path, { mode }]) =>
    mode.startsWith("100") && !isKnown(path) ? [path] : [],
  );
  const changed = await readChanged(root);
  const [index, head] = await Promise.all([
    grep(root, ["--cached", ...wanted], [...unknown, ...(changed ?? [])]),
    grep(root, [...wanted, "HEAD"], changed ?? []),
  ]);
  const inHead = head.map((path) => path.slice(HEAD_PREFIX.length));
  return [...new Set([...known, ...index, ...inHead])].toSorted();
}

/** Files that the index has otherwise than HEAD, or only one of them has; `undefined` where there is no commit. */
async function readChanged(root: string): Promise<readonly string[] | undefined> {
  const args = ["diff-index", "--cached", "--name-only", "--no-renames", "-z", "HEAD", "--"];
  return runGit(root, args).then(splitNul, async (error: unknown) => {
    if (await hasHead(root)) throw error;
    return undefined;
  });
}

/** git ends with 1 where it finds nothing. */
async function grep(
  root: string,
  what: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  return splitNul(await runGit(root, [...GREP, ...what, "--", ...pathspecs(paths)], { accepts: [0, 1] }));
}

async function hasHead(root: string): Promise<boolean> {
  const args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
  return (await runGit(root, args, { accepts: [0, 1, 128] })).length > 0;
}
