import { runGit, splitNul } from "./run-git.ts";

/** What git knows of the working tree without reading it. Paths are from its root. */
export interface IndexState {
  /** By path, in bytewise order. */
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** What git does not track: files, links, and directories (with a slash at the end) in which it tracks nothing. */
  readonly others: readonly string[];
}

/** A path that git tracks. */
export interface IndexEntry {
  /** `100644`, `100755`, `120000` for a link, `160000` for a submodule. */
  readonly mode: string;
  /** The blob's object id. */
  readonly blob: string;
  /**
   * Whether the working tree has a file or link of this mode and, but for what git converts, with this blob's bytes. Not
   * so where something was changed, is unmerged, is added by intent, or is not looked at (assume-unchanged, skip-worktree).
   */
  readonly isCurrent: boolean;
}

const LIST = ["ls-files", "-z", "-t", "-v", "-s", "--cached", "--modified", "--others", "--directory"];
const TAG_LENGTH = 2;

/** Asks git once for what it tracks, what of that was changed, and what else there is, ignored or not. */
export async function readIndex(root: string): Promise<IndexState> {
  const entries = new Map<string, IndexEntry>();
  const others: string[] = [];
  for (const line of splitNul(await runGit(root, LIST))) {
    if (line.startsWith("? ")) others.push(line.slice(TAG_LENGTH));
    else addEntry(entries, line);
  }
  return { entries, others };
}

/** `H 100644 <blob> 0<tab>path`. What was changed is listed once more, with another letter. */
function addEntry(entries: Map<string, IndexEntry>, line: string): void {
  const tab = line.indexOf("\t");
  const mode = line.slice(2, 8);
  const isCurrent = line.startsWith("H") && line.startsWith(" 0", tab - 2) && mode !== "160000";
  entries.set(line.slice(tab + 1), { mode, blob: line.slice(9, tab - 2), isCurrent });
}
