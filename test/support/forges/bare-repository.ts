import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configure, repositoryAt, TIDIED_BY_NOBODY, type Repository } from "../repository.ts";

/** A bare repository on disk: what a forge has. */
export interface BareRepository {
  readonly folder: string;
  readonly git: Repository["git"];
  /** The commit that a branch is at. */
  readonly tip: (branch: string) => Promise<string | undefined>;
  readonly remove: () => Promise<void>;
}

/** Makes a bare repository that is a repository's `origin`, and pushes its branch `main` there. */
export async function makeOrigin(repository: Repository): Promise<BareRepository> {
  const folder = await mkdtemp(join(tmpdir(), "origin-"));
  const { git, remove } = repositoryAt(folder);
  await git("init", "--quiet", "--bare", "--initial-branch=main");
  await configure(folder, TIDIED_BY_NOBODY);
  await repository.git("remote", "add", "origin", folder);
  await repository.git("push", "--quiet", "--set-upstream", "origin", "main");
  const tip = (branch: string) =>
    git("rev-parse", "--verify", "--quiet", `refs/heads/${branch}`).catch(() => undefined);
  return { folder, git, tip, remove };
}
