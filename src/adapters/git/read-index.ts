import { askGit, type AskGit, type Question } from "./run-git.ts";

/** What git knows of the working tree without reading it. Paths are from its root. */
export interface IndexState {
  /** By path, in bytewise order. */
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** The paths of `entries` that are not current. */
  readonly doubtful: ReadonlySet<string>;
  /** What git does not track: files, links, and directories (with a slash at the end) in which it tracks nothing. */
  readonly others: readonly string[];
  /** What git said of `entries`: the same while they are. */
  readonly raw: Uint8Array;
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

/** What git tracks, what of that was changed, and what else there is, ignored or not. */
export const LIST: Question = {
  args: ["ls-files", "-z", "-t", "-v", "-s", "--cached", "--modified", "--others", "--directory"],
};

/** `H 100644 <blob> 0<tab>path`: where mode and blob begin. */
const MODE = 2;
const BLOB = 9;

/** Asks git once for all of it. */
export async function readIndex(root: string, ask: AskGit = askGit): Promise<IndexState> {
  const answer = await ask(root, LIST);
  const entries = new Map<string, IndexEntry>();
  const doubtful = new Set<string>();
  const others: string[] = [];
  const text = answer.toString();
  // Cut by hand: of a hundred thousand lines only what is kept is to be made.
  for (let start = 0, end = text.indexOf("\0"); end >= 0; start = end + 1, end = text.indexOf("\0", start)) {
    if (text.startsWith("? ", start)) others.push(text.slice(start + MODE, end));
    else {
      const tab = text.indexOf("\t", start + BLOB);
      const path = text.slice(tab + 1, end);
      const entry = readEntry(text, start, tab);
      // What was changed is listed once more, with another letter in the place of the `H`.
      entries.set(path, entry);
      if (!entry.isCurrent) doubtful.add(path);
    }
  }
  return { entries, doubtful, others, raw: withoutOthers(answer, others) };
}

/** The entry of a line whose path stands behind `tab`. */
function readEntry(text: string, start: number, tab: number): IndexEntry {
  const mode = modeAt(text, start + MODE);
  const isCurrent = text.startsWith("H", start) && text.startsWith(" 0", tab - 2) && mode !== "160000";
  return { mode, blob: text.slice(start + BLOB, tab - 2), isCurrent };
}

const MODES = ["100644", "100755", "120000", "160000"];

/** The same strings for all of a mode, and not a piece of the text for each. */
function modeAt(text: string, start: number): string {
  for (const mode of MODES) if (text.startsWith(mode, start)) return mode;
  return text.slice(start, start + BLOB - MODE - 1);
}

/** git lists the others first. */
function withoutOthers(answer: Buffer, others: readonly string[]): Uint8Array {
  let start = 0;
  for (let left = others.length; left > 0; left -= 1) start = answer.indexOf(0, start) + 1;
  return answer.subarray(start);
}
