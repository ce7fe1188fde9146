import type { Checkout } from "../../ports.ts";
import type { FindLogin } from "../../ports/forge.ts";
import type { Ahead } from "./ask-ahead.ts";
import { commitElsewhere } from "./commit-elsewhere.ts";
import { readAtBranch } from "./branch-file.ts";
import type { OwnTree } from "./at-revision.ts";
import { committerOf } from "./committer.ts";
import { openContents, type ContentsMemory } from "./contents.ts";
import { locate } from "./locate.ts";
import { openLogins } from "./logins.ts";
import { readHead, readLatestTag } from "./read-head.ts";
import { readHistory } from "./read-history.ts";
import { recover } from "./recover.ts";
import { revise } from "./revise.ts";
import { runGit } from "./run-git.ts";
import { lockRun } from "./run-lock.ts";
import { versionAt } from "./version-at.ts";
import { versionsOf } from "./versions-of.ts";
import { readFileWithin, readRegularFile } from "./working-tree.ts";

/**
 * The checkout that a directory is in. A `UsageError` where it is in none. `findLogin` is for where git cannot log in by
 * itself; `ahead` is what was asked of it already, if it is of this directory.
 */
export async function openCheckout(
  directory: string,
  findLogin: FindLogin = () => undefined,
  ahead?: Ahead,
): Promise<Checkout> {
  const asked = ahead?.directory === directory ? ahead : undefined;
  const { folders, objectFormat } = await (asked?.located ?? locate(directory));
  const { root } = folders;
  const memory: ContentsMemory = {};
  const logins = openLogins(root, findLogin);
  return {
    root,
    read: (path, within) =>
      within === undefined ? readRegularFile(root, path) : readFileWithin(root, path, within),
    contents: (foreseen) => Promise.resolve(openContents(folders, objectFormat, memory, foreseen, asked)),
    atRevision: async (revision, act, place = "inside") => {
      const { atRevision } = await import("./at-revision.ts");
      const inTree = async ({ tree, ...own }: OwnTree) =>
        act({ ...(await openCheckout(tree, findLogin)), ...own });
      return atRevision(folders, revision, inTree, place);
    },
    commitElsewhere: (repository, ref) => commitElsewhere(root, logins, repository, ref),
    remote: async (name) => {
      const { openRemote } = await import("./remote.ts");
      return openRemote(root, name, logins);
    },
    head: () => readHead(root),
    latestTag: () => readLatestTag(root),
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
    lock: () => {
      asked?.beginRun();
      return lockRun(folders);
    },
    recover: () => recover(folders),
    remoteUrl: async () => {
      const answer = await runGit(root, ["config", "--get", "remote.origin.url"], { accepts: [0, 1] });
      return answer.toString().trim() || undefined;
    },
    privateFolder: () => folders.private,
  };
}
