import type { History } from "../../ports.ts";
import type { Folders } from "./folders.ts";
import { homeUrl } from "./remote-url.ts";
import { runGit, splitNul } from "./run-git.ts";

/** Where the working tree comes from. Writes nothing, not even what git knows of files' times. */
export async function readHistory({ root }: Folders): Promise<History> {
  const [remote, { commit, uncommitted }] = await Promise.all([homeUrl(root), readStatus(root)]);
  return {
    ...(remote === undefined ? {} : { remote }),
    ...(commit === undefined ? {} : { commit }),
    uncommitted,
  };
}

const STATUS = ["status", "--porcelain=v2", "--branch", "--no-ahead-behind", "-z", "--no-renames"];

/** A file that is changed, one that is unmerged, and one that git does not track: what stands before its path (git-status(1)). */
const BEFORE_PATH = /^(?:1 (?:\S+ ){7}|u (?:\S+ ){9}|\? )/;

async function readStatus(root: string): Promise<Pick<History, "uncommitted"> & { commit?: string }> {
  const lines = splitNul(await runGit(root, ["--no-optional-locks", ...STATUS, "--untracked-files=all"]));
  // Before the first there is `(initial)`.
  const [commit] = lines.flatMap((line) => /^# branch\.oid ([0-9a-f]+)$/.exec(line)?.[1] ?? []);
  const files = lines.filter((line) => BEFORE_PATH.test(line)).map((line) => line.replace(BEFORE_PATH, ""));
  return { uncommitted: new Set(files), ...(commit === undefined ? {} : { commit }) };
}
