import type { History } from "../../ports.ts";
import type { Folders } from "./folders.ts";
import { runGit, splitNul } from "./run-git.ts";

/** Where the working tree comes from. Writes nothing, not even what git knows of files' times. */
export async function readHistory({ root }: Folders): Promise<History> {
  const [remote, commit, status] = await Promise.all([
    readRemote(root),
    readLine(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]),
    runGit(root, [
      "--no-optional-locks",
      "status",
      "--porcelain=v1",
      "-z",
      "--no-renames",
      "--untracked-files=all",
    ]),
  ]);
  return {
    ...(remote === undefined ? {} : { remote }),
    ...(commit === undefined ? {} : { commit }),
    // Two letters and a blank stand before each path.
    uncommitted: new Set(splitNul(status).map((entry) => entry.slice(3))),
  };
}

/** That of `origin`, or of the only remote. */
async function readRemote(root: string): Promise<string | undefined> {
  const names = (await runGit(root, ["remote"])).toString().split("\n").filter(Boolean);
  const name = names.includes("origin") ? "origin" : names.length === 1 ? names[0] : undefined;
  return name === undefined ? undefined : readLine(root, ["remote", "get-url", "--", name]);
}

async function readLine(root: string, args: readonly string[]): Promise<string | undefined> {
  const line = (await runGit(root, args, { accepts: [0, 1, 2, 128] })).toString().split("\n", 1)[0];
  return line === "" ? undefined : line;
}
