import type { GitHubApi } from "./github-api.ts";

/** Stands for no commit: before a ref is made, or after it is deleted. */
const NONE = "0".repeat(40);

/** A branch that is to be moved. */
export interface Move {
  readonly branch: string;
  /** Where it must be before; `undefined`: there must be no such branch. */
  readonly from: string | undefined;
  /** Where it is afterwards; `undefined`: it is deleted. */
  readonly to: string | undefined;
}

/** Where branches are, in the order in which they are asked for, and the repository's id. */
export interface Tips {
  readonly id: string;
  readonly tips: readonly (string | undefined)[];
}

/** The commit that a branch is at, if there is such a branch. */
export async function tipOf(api: GitHubApi, branch: string): Promise<string | undefined> {
  return (await readTips(api, [branch])).tips[0];
}

/**
 * Moves branches of the repository with this id, whatever they had, all at once or none. False where one of them is not where
 * it must be, which GitHub sees to; a lost answer to what was done is none.
 */
export async function moveBranches(api: GitHubApi, id: string, moves: readonly Move[]): Promise<boolean> {
  const branches = moves.map(({ branch }) => branch);
  const updates = moves.map(({ branch, from, to }) => ({
    ...{ name: `refs/heads/${branch}`, beforeOid: from ?? NONE, afterOid: to ?? NONE, force: true },
  }));
  try {
    await api.client.graphql(
      `mutation ($id: ID!, $updates: [RefUpdate!]!) {
        updateRefs(input: { repositoryId: $id, refUpdates: $updates }) { clientMutationId }
      }`,
      { id, updates },
    );
    return true;
  } catch (error) {
    const now = (await readTips(api, branches)).tips;
    if (moves.every(({ to }, index) => to === now[index])) return true;
    if (moves.some(({ from }, index) => from !== now[index])) return false;
    throw error;
  }
}

/** Asks for branches. GitHub is to be asked by GraphQL once a second at most, whatever it is asked for. */
export async function readTips(
  { client, owner, repo }: GitHubApi,
  branches: readonly string[],
): Promise<Tips> {
  const names = branches.map((_, index) => `$name${index}: String!`).join(", ");
  const refs = branches.map(
    (_, index) => `ref${index}: ref(qualifiedName: $name${index}) { target { oid } }`,
  );
  const values = branches.map((branch, index) => [`name${index}`, `refs/heads/${branch}`] as const);
  const { repository } = await client.graphql<Answer>(
    `query ($owner: String!, $repo: String!, ${names}) {
      repository(owner: $owner, name: $repo) { id ${refs.join(" ")} }
    }`,
    { owner, repo, ...Object.fromEntries(values) },
  );
  const ref = (index: number) => repository[`ref${index}`] as Ref;
  return { id: String(repository["id"]), tips: branches.map((_, index) => ref(index)?.target?.oid) };
}

interface Answer {
  readonly repository: Readonly<Record<string, unknown>>;
}
type Ref = { readonly target: { readonly oid: string } | null } | null | undefined;
