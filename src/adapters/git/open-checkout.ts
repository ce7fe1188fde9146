import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Checkout } from "../../ports.ts";
import type { FindLogin } from "../../ports/forge.ts";
import { commitElsewhere } from "./commit-elsewhere.ts";
import { readAtBranch } from "./branch-file.ts";
import { committerOf } from "./committer.ts";
import { openContents, type ContentsMemory } from "./contents.ts";
import { findCommitted } from "./find-committed.ts";
import type { Folders } from "./folders.ts";
import { openLogins } from "./logins.ts";
import { readHead } from "./read-head.ts";
import { readHistory } from "./read-history.ts";
import { recover } from "./recover.ts";
import { revise } from "./revise.ts";
import { runGit } from "./run-git.ts";
import { lockRun } from "./run-lock.ts";
import { versionAt } from "./version-at.ts";
import { versionsOf } from "./versions-of.ts";
import { readRegularFile } from "./working-tree.ts";

/** The checkout that a directory is in. A `UsageError` where it is in none. `findLogin` is for where git cannot log in by itself. */
export async function openCheckout(
  directory: string,
  findLogin: FindLogin = () => undefined,
): Promise<Checkout> {
  const [top = "", own = "", index = "", objectFormat = ""] = await locate(directory);
  const root = await realpath(top);
  const folders: Folders = { root, private: resolve(directory, own), index: resolve(directory, index) };
  const memory: ContentsMemory = {};
  const logins = openLogins(root, findLogin);
  return {
    root,
    read: (path) => readRegularFile(root, path),
    committedContaining: (texts) => findCommitted(root, texts),
    contents: (foreseen) => Promise.resolve(openContents(folders, objectFormat, memory, foreseen)),
    atRevision: async (revision, act, place = "inside") => {
      const { atRevision } = await import("./at-revision.ts");
      const inTree = async (tree: string, reset: () => Promise<void>) =>
        act({ ...(await openCheckout(tree, findLogin)), reset });
      return atRevision(folders, revision, inTree, place);
    },
    commitElsewhere: (repository, ref) => commitElsewhere(root, logins, repository, ref),
    remote: async (name) => {
      const { openRemote } = await import("./remote.ts");
      return openRemote(root, name, logins);
    },
    head: () => readHead(root),
    readAtBranch: (branch, path) => readAtBranch(root, branch, path),
    named: async (digests, history) => {
      const { findNamed } = await import("./find-named.ts");
      return findNamed(folders, logins, digests, history);
    },
    versionAt: (revision, path) => versionAt(folders, revision, path),
    versionsOf: (path, most) => versionsOf(folders, path, most),
    history: () => readHistory(folders),
    revise: (revision) => revise(folders, revision),
    checkCommitter: async (author) => {
      await committerOf(root, author);
    },
    replaceHead: async (commit, by) => {
      await runGit(root, ["update-ref", "-m", "manage-images: made by the forge", "HEAD", by, commit]);
    },
    lock: () => lockRun(folders),
    recover: () => recover(folders),
    remoteUrl: async () => {
      const answer = await runGit(root, ["config", "--get", "remote.origin.url"], { accepts: [0, 1] });
      return answer.toString().trim() || undefined;
    },
    privateFolder: () => folders.private,
  };
}

/** Not a repository, a bare one, one that belongs to somebody else: git says which. */
async function locate(directory: string): Promise<readonly string[]> {
  const paths = ["--git-path", "manage-images", "--git-path", "index"];
  try {
    const args = ["rev-parse", "--show-toplevel", ...paths, "--show-object-format"];
    return (await runGit(directory, args)).toString().trim().split("\n");
  } catch (error) {
    const message = error instanceof Error ? error.message.trim() : "";
    throw message.includes("ENOENT") ? gitMissing() : noCheckout(directory, message);
  }
}

function gitMissing(): UsageError {
  return new UsageError("git could not be run", { remedy: "Install git, and see that it is on PATH." });
}

function noCheckout(directory: string, message: string): UsageError {
  return new UsageError(`${directory} is not in the checkout of a git repository\n${message}`, {
    remedy: "Change to your repository, or make one with `git init`.",
  });
}
