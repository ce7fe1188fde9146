/**
 * Commits of ours on a branch of ours say in a trailer which tree they have and where the branch begins. Whatever somebody
 * adds, amends or rebases has no such trailer, or one that is not true of it, and is somebody's.
 */
import type { CommitText, Trailer } from "../../model/commit-settings.ts";
import type { ForeignCommit } from "../../model/request.ts";
import type { Merged } from "./mechanical-merge.ts";
import { runGit, splitNul } from "./run-git.ts";

const KEY = "Manage-Images";
const FIELDS = ["%H", "%T", "%P", "%an", "%s", `%(trailers:key=${KEY},valueonly,separator=%x2C)`];
const FORMAT = FIELDS.join("%x00");
/** So many commits are read; a branch of ours has one, or one for each image. */
const MOST = 1000;

/** A message with its trailers, for a commit with this tree. */
export function formatMessage({ message, trailers, branchBase }: CommitText, tree: string): string {
  const own: readonly Trailer[] =
    branchBase === undefined ? [] : [{ key: KEY, value: `tree ${tree} on ${branchBase}` }];
  const lines = [...trailers, ...own].map(({ key, value }) => `${key}: ${value}\n`);
  return lines.length === 0 ? message : `${message}\n${lines.join("")}`;
}

/** A commit of somebody else. */
export type NotOwn = ForeignCommit & Merged;

/** What is above the beginning of a branch. */
export interface Branch {
  /** That of the tip. */
  readonly tree: string;
  /** The commits of others, newest first; the tip alone where nothing on the branch is ours. */
  readonly foreign: readonly NotOwn[];
  /** Where the branch begins, if a commit of ours says it and the clone goes so far back. */
  readonly base: string | undefined;
}

/** Tells the commits of others from ours, from a tip down to where the branch begins. */
export async function readBranch(root: string, tip: string): Promise<Branch> {
  const args = ["log", "-z", "--first-parent", `--max-count=${MOST}`, `--format=${FORMAT}`, tip, "--"];
  const entries = entriesOf(await runGit(root, args));
  const base = entries.map(ownBase).find((each) => each !== undefined);
  const end = entries.findIndex(({ commit }) => commit === base);
  const foreign = entries.slice(0, end < 0 ? undefined : end).filter((entry) => ownBase(entry) === undefined);
  const named = base === undefined ? foreign.slice(0, 1) : foreign;
  return {
    tree: entries[0]?.tree ?? "",
    foreign: named,
    base: end < 0 ? undefined : base,
  };
}

interface Entry extends NotOwn {
  /** What the trailer says. */
  readonly trailer: string;
}

/** Where the branch begins by the word of a commit of ours; `undefined` for somebody else's commit. */
function ownBase({ tree, parents, trailer }: Entry): string | undefined {
  const [, named, base] = /^tree (\w+) on (\w+)$/.exec(trailer) ?? [];
  return named === tree && parents.length === 1 ? base : undefined;
}

function entriesOf(log: Uint8Array): readonly Entry[] {
  const fields = splitNul(log);
  return Array.from({ length: Math.floor(fields.length / FIELDS.length) }, (_, index) => {
    const [commit = "", tree = "", parents = "", author = "", subject = "", trailer = ""] = fields.slice(
      index * FIELDS.length,
    );
    return { commit, tree, parents: parents.split(" "), author, subject, trailer: trailer.trim() };
  });
}
