/** What a forge does with git when its API is asked to: objects, commits and branches of a bare repository, by git's own plumbing. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { GIT_ENVIRONMENT } from "../repository.ts";

/** What the API refuses, with its reason. */
export class Refused extends Error {}

/** A file of a tree. */
export interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
}

const NONE = "0".repeat(40);

function git(
  folder: string,
  args: readonly string[],
  input: Uint8Array | string = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...GIT_ENVIRONMENT, ...environment };
    const child = execFile("git", args, { cwd: folder, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Refused(stderr.trim()));
    });
    // A command that reads nothing may be gone already.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** The id of a new blob. */
export function makeBlob(folder: string, bytes: Uint8Array): Promise<string> {
  return git(folder, ["hash-object", "-w", "--stdin"], bytes);
}

/** The id of a tree that has other files than the one that it is made from. */
export async function makeTree(folder: string, base: string, entries: readonly Entry[]): Promise<string> {
  const index = join(folder, `index-${randomUUID()}`);
  const environment = { GIT_INDEX_FILE: index };
  try {
    await git(folder, ["read-tree", base], "", environment);
    const lines = entries.map(({ path, mode, sha }) => `${mode} ${sha}\t${path}\0`);
    await git(folder, ["update-index", "-z", "--add", "--index-info"], lines.join(""), environment);
    return await git(folder, ["write-tree"], "", environment);
  } finally {
    await rm(index, { force: true });
  }
}

/** The id of a commit that the forge makes and, unlike anybody else's, commits itself. */
export function makeCommit(folder: string, tree: string, parents: readonly string[], message: string) {
  const above = parents.flatMap((parent) => ["-p", parent]);
  return git(folder, ["commit-tree", tree, ...above], `${message}\n`, {
    GIT_AUTHOR_NAME: "ada",
    GIT_COMMITTER_NAME: "GitHub",
    GIT_COMMITTER_EMAIL: "noreply@github.com",
  });
}

/** `createCommitOnBranch`: each file gets the usual mode, whatever it had. */
export async function commitOnBranch(
  folder: string,
  branch: string,
  expected: string,
  message: string,
  additions: readonly { readonly path: string; readonly contents: string }[],
): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const tip = await git(folder, ["rev-parse", "--verify", ref]);
  if (tip !== expected) throw new Refused(`Expected branch to point to "${expected}" but it did not.`);
  const entries: Entry[] = [];
  for (const { path, contents } of additions)
    entries.push({ path, mode: "100644", sha: await makeBlob(folder, Buffer.from(contents, "base64")) });
  const commit = await makeCommit(folder, await makeTree(folder, tip, entries), [tip], message);
  await git(folder, ["update-ref", ref, commit, tip]);
  return commit;
}

/** `updateRefs`: all or none. */
export async function updateRefs(
  folder: string,
  updates: readonly {
    readonly name: string;
    readonly beforeOid?: string | null;
    readonly afterOid: string;
    readonly force?: boolean;
  }[],
): Promise<void> {
  const lines = updates.map(({ name, beforeOid, afterOid }) => {
    const before = beforeOid === null || beforeOid === undefined ? "" : ` ${beforeOid}`;
    return afterOid === NONE ? `delete ${name}${before}` : `update ${name} ${afterOid}${before}`;
  });
  for (const { name, beforeOid, afterOid, force } of updates) {
    if (force === true || afterOid === NONE || beforeOid === NONE || !beforeOid) continue;
    await git(folder, ["merge-base", "--is-ancestor", beforeOid, afterOid]).catch(() => {
      throw new Refused(`${name} is not a fast forward`);
    });
  }
  await git(folder, ["update-ref", "--stdin"], `${lines.join("\n")}\n`);
}

/** What the API shows of a commit. */
export async function readCommit(folder: string, id: string) {
  const shown = await git(folder, ["log", "-1", "--format=%H%n%T%n%P%n%B", id]).catch(() => undefined);
  if (shown === undefined) return null;
  const [oid = "", tree = "", parents = "", ...message] = shown.split("\n");
  const nodes = parents.split(" ").flatMap((parent) => (parent === "" ? [] : [{ oid: parent }]));
  return {
    __typename: "Commit",
    ...{ oid, message: message.join("\n"), tree: { __typename: "Tree", oid: tree } },
    parents: { nodes, totalCount: nodes.length },
  };
}
