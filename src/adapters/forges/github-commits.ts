/**
 * Commits that GitHub makes, and signs. It has two ways. One mutation of its GraphQL API makes a commit on a branch, signed
 * whoever's the token is, but knows no modes of files and gives each the usual one. The objects of its REST API know them; what
 * is made of these is signed for apps alone.
 */
import { UserError } from "../../errors.ts";
import type { NewCommit, NewCommits } from "../../ports/forge.ts";
import type { GitHubApi } from "./github-api.ts";
import { moveBranches, tipOf } from "./github-refs.ts";

/** Makes the commits and points the branch at the last one, whose id it gives; `undefined` where the branch is not as expected. */
export async function commitOnGitHub(api: GitHubApi, wanted: NewCommits): Promise<string | undefined> {
  const { branch, commits, parent, expected } = wanted;
  const isUsual = commits.every(({ files }) => files.every(({ mode }) => mode === "100644"));
  if (!isUsual) {
    const made = await makeObjects(api, commits, parent);
    return (await moveBranches(api, [{ branch, from: expected, to: made }])) ? made : undefined;
  }
  return expected === parent ? commitAll(api, branch, commits, parent) : commitApart(api, wanted);
}

/**
 * On a branch beside it, which becomes the branch at last: a request would be closed while its branch holds nothing, and a
 * branch without a commit of ours be taken for somebody's.
 */
async function commitApart(
  api: GitHubApi,
  { branch, commits, parent, expected }: NewCommits,
): Promise<string | undefined> {
  const beside = `${branch}.tmp`;
  const left = await tipOf(api, beside);
  if (!(await moveBranches(api, [{ branch: beside, from: left, to: parent }]))) return undefined;
  const made = await commitAll(api, beside, commits, parent);
  if (made === undefined) return undefined;
  const moves = [
    { branch, from: expected, to: made },
    { branch: beside, from: made, to: undefined },
  ];
  if (await moveBranches(api, moves)) return made;
  await moveBranches(api, moves.slice(1));
  return undefined;
}

async function commitAll(
  api: GitHubApi,
  branch: string,
  commits: readonly NewCommit[],
  parent: string,
): Promise<string | undefined> {
  let head = parent;
  for (const commit of commits) {
    const made = await commitOn(api, branch, commit, head);
    if (made === undefined) return undefined;
    if (made.tree !== commit.tree) throw otherTree(branch);
    head = made.oid;
  }
  return head;
}

interface Made {
  readonly oid: string;
  readonly tree: string;
}

async function commitOn(
  api: GitHubApi,
  branch: string,
  { message, files }: NewCommit,
  head: string,
): Promise<Made | undefined> {
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
        createCommitOnBranch(input: $input) { commit { oid tree { oid } } }
      }`,
      { input },
    );
    const { oid, tree } = createCommitOnBranch.commit;
    return { oid, tree: tree.oid };
  } catch (error) {
    const now = await tipOf(api, branch);
    if (now === head) throw error;
    // Somebody was faster; or an answer was lost, and the commit was made all the same.
    const found = now === undefined ? undefined : await readCommit(api, now);
    return found?.parents.join() === head && found.message.trim() === message ? found : undefined;
  }
}

interface Committed {
  readonly createCommitOnBranch: {
    readonly commit: { readonly oid: string; readonly tree: { readonly oid: string } };
  };
}

interface Found extends Made {
  readonly parents: readonly string[];
  readonly message: string;
}

async function readCommit({ client, owner, repo }: GitHubApi, oid: string): Promise<Found | undefined> {
  const { repository } = await client.graphql<{ repository: { object: FoundCommit | null } }>(
    `query ($owner: String!, $repo: String!, $oid: GitObjectID!) {
      repository(owner: $owner, name: $repo) {
        object(oid: $oid) { ... on Commit { message tree { oid } parents(first: 2) { nodes { oid } } } }
      }
    }`,
    { owner, repo, oid },
  );
  if (repository.object === null) return undefined;
  const { message, tree, parents } = repository.object;
  return { oid, message, tree: tree.oid, parents: parents.nodes.map((each) => each.oid) };
}

interface FoundCommit {
  readonly message: string;
  readonly tree: { readonly oid: string };
  readonly parents: { readonly nodes: readonly { readonly oid: string }[] };
}

async function makeObjects(api: GitHubApi, commits: readonly NewCommit[], parent: string): Promise<string> {
  const { client, owner, repo } = api;
  const place = { owner, repo };
  let head = { sha: parent, tree: await treeOf(api, parent) };
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
  }
  return head.sha;
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
  return found.tree;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function otherTree(place: string): UserError {
  return new UserError(`GitHub made another commit on ${place} than the one that was to be made`, {
    remedy: "Use --commit-with git.",
  });
}
