/**
 * Commits that GitHub makes, and signs. It has two ways. One mutation of its GraphQL API makes a commit on a branch, signed
 * whoever's the token is, but knows no modes of files and gives each the usual one. The objects of its REST API know them; what
 * is made of these is signed for apps alone.
 */
import { UserError } from "../../errors.ts";
import type { MadeCommits, NewCommit, NewCommits } from "../../ports/forge.ts";
import type { GitHubApi } from "./github-api.ts";
import { moveBranches, readTips, tipOf } from "./github-refs.ts";

/** Makes the commits and points the branch at the last one; `undefined` where the branch is not as expected. */
export async function commitOnGitHub(api: GitHubApi, wanted: NewCommits): Promise<MadeCommits | undefined> {
  const { branch, commits, parent, expected } = wanted;
  const isUsual = commits.every(({ files }) => files.every(({ mode }) => mode === "100644"));
  if (!isUsual) {
    const made = await makeObjects(api, commits, parent);
    const { id } = await readTips(api, [branch]);
    const isMoved = await moveBranches(api, id, [{ branch, from: expected, to: made.oid }]);
    return isMoved ? shown(branch, made, FOR_APPS) : undefined;
  }
  const made =
    expected === parent ? await commitAll(api, branch, commits, parent) : await commitApart(api, wanted);
  return made && shown(branch, made, FOR_ALL);
}

const FOR_APPS = "those of executable files are signed for apps alone, so use an app's token";
const FOR_ALL =
  "on a server of one's own its administrator has to switch on that commits on the web are signed";

function shown(branch: string, { oid, unsigned }: Made, remedy: string): MadeCommits {
  const what = `GitHub did not sign the commits on ${branch} (${unsigned ?? ""}), which are not shown as verified`;
  return { commit: oid, notices: unsigned === undefined ? [] : [`${what}: ${remedy}`] };
}

/** Commits that were made. */
interface Made {
  /** Of the last one. */
  readonly oid: string;
  /** Why one of them is not signed, in GitHub's words. */
  readonly unsigned: string | undefined;
}

/**
 * On a branch beside it, which becomes the branch at last: a request would be closed while its branch holds nothing, and a
 * branch without a commit of ours be taken for somebody's.
 */
async function commitApart(
  api: GitHubApi,
  { branch, commits, parent, expected }: NewCommits,
): Promise<Made | undefined> {
  const beside = `${branch}.tmp`;
  const { id, tips } = await readTips(api, [beside]);
  const [left] = tips;
  if (!(await moveBranches(api, id, [{ branch: beside, from: left, to: parent }]))) return undefined;
  const made = await commitAll(api, beside, commits, parent);
  if (made === undefined) return undefined;
  const moves = [
    { branch, from: expected, to: made.oid },
    { branch: beside, from: made.oid, to: undefined },
  ];
  if (await moveBranches(api, id, moves)) return made;
  await moveBranches(api, id, moves.slice(1));
  return undefined;
}

async function commitAll(
  api: GitHubApi,
  branch: string,
  commits: readonly NewCommit[],
  parent: string,
): Promise<Made | undefined> {
  let head: Made = { oid: parent, unsigned: undefined };
  for (const commit of commits) {
    const made = await commitOn(api, branch, commit, head.oid);
    if (made === undefined) return undefined;
    if (made.tree.oid !== commit.tree) throw otherTree(branch);
    head = { oid: made.oid, unsigned: head.unsigned ?? whyUnsigned(made) };
  }
  return head;
}

/** A commit as GraphQL shows it. */
interface Shown {
  readonly oid: string;
  readonly tree: { readonly oid: string };
  readonly signature: { readonly isValid: boolean; readonly state: string } | null;
}
const SHOWN = "oid tree { oid } signature { isValid state }";

function whyUnsigned({ signature }: Shown): string | undefined {
  return signature?.isValid === true ? undefined : (signature?.state ?? "UNSIGNED").toLowerCase();
}

async function commitOn(
  api: GitHubApi,
  branch: string,
  { message, files }: NewCommit,
  head: string,
): Promise<Shown | undefined> {
  const { client, owner, repo } = api;
  const [headline = "", ...body] = message.split("\n");
  const input = {
    branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: branch },
    expectedHeadOid: head,
    message: { headline, body: body.join("\n").trim() },
    fileChanges: { additions: files.map(({ path, bytes }) => ({ path, contents: base64(bytes) })) },
  };
  try {
    const { createCommitOnBranch } = await client.graphql<Committed>(
      `mutation ($input: CreateCommitOnBranchInput!) {
        createCommitOnBranch(input: $input) { commit { ${SHOWN} } }
      }`,
      { input },
    );
    return createCommitOnBranch.commit;
  } catch (error) {
    const now = await tipOf(api, branch);
    if (now === head) throw error;
    // Somebody was faster; or an answer was lost, and the commit was made all the same.
    const found = now === undefined ? undefined : await readCommit(api, now);
    const parents = found?.parents.nodes.map((each) => each.oid);
    return parents?.join() === head && found?.message.trim() === message ? found : undefined;
  }
}

interface Committed {
  readonly createCommitOnBranch: { readonly commit: Shown };
}

interface Found extends Shown {
  readonly parents: { readonly nodes: readonly { readonly oid: string }[] };
  readonly message: string;
}

async function readCommit({ client, owner, repo }: GitHubApi, oid: string): Promise<Found | undefined> {
  const { repository } = await client.graphql<{ repository: { object: Found | null } }>(
    `query ($owner: String!, $repo: String!, $oid: GitObjectID!) {
      repository(owner: $owner, name: $repo) {
        object(oid: $oid) { ... on Commit { ${SHOWN} message parents(first: 2) { nodes { oid } } } }
      }
    }`,
    { owner, repo, oid },
  );
  return repository.object ?? undefined;
}

async function makeObjects(api: GitHubApi, commits: readonly NewCommit[], parent: string): Promise<Made> {
  const { client, owner, repo } = api;
  const place = { owner, repo };
  let head = { sha: parent, tree: await treeOf(api, parent) };
  let unsigned: string | undefined;
  for (const { message, tree: wanted, files } of commits) {
    const entries: Entry[] = [];
    for (const { path, mode, bytes } of files) {
      const content = { content: base64(bytes), encoding: "base64" };
      const { data } = await client.request("POST /repos/{owner}/{repo}/git/blobs", { ...place, ...content });
      entries.push({ path, mode, type: "blob", sha: data.sha });
    }
    const { data: tree } = await client.request("POST /repos/{owner}/{repo}/git/trees", {
      ...{ ...place, base_tree: head.tree, tree: entries },
    });
    if (tree.sha !== wanted) throw otherTree(head.sha);
    const { data: commit } = await client.request("POST /repos/{owner}/{repo}/git/commits", {
      ...{ ...place, message, tree: tree.sha, parents: [head.sha] },
    });
    head = { sha: commit.sha, tree: tree.sha };
    const { verified, reason } = commit.verification;
    if (!verified) unsigned ??= reason;
  }
  return { oid: head.sha, unsigned };
}

interface Entry {
  path: string;
  mode: "100644" | "100755";
  type: "blob";
  sha: string;
}

async function treeOf(api: GitHubApi, commit: string): Promise<string> {
  const found = await readCommit(api, commit);
  if (found === undefined)
    throw new UserError(`GitHub has no commit ${commit}`, { remedy: "Push it first." });
  return found.tree.oid;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function otherTree(place: string): UserError {
  return new UserError(`GitHub made another commit on ${place} than the one that was to be made`, {
    remedy: "Use --commit-with git.",
  });
}
