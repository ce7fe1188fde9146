import { REPLACED } from "../files/illegible.ts";
import { askGit, type AskGit, type Question } from "./run-git.ts";

/** What git knows of the working tree without reading it. Paths are from its root. */
export interface IndexState {
  /** By path, in bytewise order. Made when it is first wanted: most who know the path ask for that alone. */
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** The same for one path. */
  readonly entryOf: (path: string) => IndexEntry | undefined;
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
const TAB = "\t".charCodeAt(0);

/** A line of something that is not current. Of a hundred thousand lines only these are looked at. */
const DOUBTFUL = /\0(?!H 1[02]0\d{3} [0-9a-f]+ 0\t)([^\0]+)/g;

/** Asks git once for all of it. */
export async function readIndex(root: string, ask: AskGit = askGit): Promise<IndexState> {
  const answer = await ask(root, LIST);
  const { others, end } = readOthers(answer);
  const raw = answer.subarray(end);
  const doubtful = findDoubtful(raw);
  let entries: ReadonlyMap<string, IndexEntry> | undefined;
  const all = () => (entries ??= readEntries(raw));
  return {
    get entries() {
      return all();
    },
    entryOf: (path) =>
      entries !== undefined || path.includes(REPLACED)
        ? all().get(path)
        : (doubtful.get(path) ?? searchEntry(raw, path)),
    doubtful: new Set(doubtful.keys()),
    others,
    raw,
  };
}

/** git lists the others first. */
function readOthers(answer: Buffer): { readonly others: readonly string[]; readonly end: number } {
  const others: string[] = [];
  let start = 0;
  while (answer.toString("latin1", start, start + MODE) === "? ") {
    const end = answer.indexOf(0, start);
    others.push(answer.toString("utf8", start + MODE, end));
    start = end + 1;
  }
  return { others, end: start };
}

function readEntries(raw: Buffer): ReadonlyMap<string, IndexEntry> {
  const entries = new Map<string, IndexEntry>();
  const text = raw.toString();
  // What was changed is listed once more, with another letter in the place of the `H`.
  for (let start = 0, end = text.indexOf("\0"); end >= 0; start = end + 1, end = text.indexOf("\0", start)) {
    const tab = text.indexOf("\t", start + BLOB);
    entries.set(text.slice(tab + 1, end), readEntry(text, start, tab));
  }
  return entries;
}

function findDoubtful(raw: Buffer): ReadonlyMap<string, IndexEntry> {
  const found = new Map<string, IndexEntry>();
  for (const [, line = ""] of `\0${raw.toString("latin1")}`.matchAll(DOUBTFUL)) {
    const tab = line.indexOf("\t");
    found.set(Buffer.from(line.slice(tab + 1), "latin1").toString(), readEntry(line, 0, tab));
  }
  return found;
}

/** The entry of a path that is in none but one line. */
function searchEntry(raw: Buffer, path: string): IndexEntry | undefined {
  const wanted = Buffer.from(path);
  let from = 0;
  let to = raw.length;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const start = middle === from ? from : Math.max(from, raw.lastIndexOf(0, middle - 1) + 1);
    const end = raw.indexOf(0, start);
    const tab = raw.indexOf(TAB, start);
    const order = raw.compare(wanted, 0, wanted.length, tab + 1, end);
    if (order === 0) return readEntry(raw.toString("latin1", start, tab + 1), 0, tab - start);
    if (order < 0) from = end + 1;
    else to = start;
  }
  return undefined;
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
