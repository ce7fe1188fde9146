import { join } from "node:path";
import { UserError } from "../../errors.ts";
import type { Elsewhere } from "../../ports.ts";
import { GREP } from "./find-holding.ts";
import { isIllegible } from "../files/illegible.ts";
import type { Folders } from "./folders.ts";
import type { IndexState } from "./read-index.ts";
import { pathspecs } from "./pathspecs.ts";
import { runGit, splitNul } from "./run-git.ts";
import { exists } from "./working-tree.ts";

/**
 * Text files that hold one of the texts and are not the checkout's: those of submodules that are there, and those that git
 * neither tracks nor ignores. Of submodules in which no file is wanted nothing is read. `held` are its own that hold one.
 */
export async function findElsewhere(
  { root }: Folders,
  { entryOf, doubtful, others }: IndexState,
  texts: readonly string[],
  isWanted: (path: string) => boolean,
  held: ReadonlySet<string>,
): Promise<Elsewhere> {
  const wanted = texts.flatMap((text) => ["-e", text]);
  const modules = [...doubtful].filter((path) => entryOf(path)?.mode === "160000");
  const [untracked, searched] = await Promise.all([
    others.length === 0 ? [] : searchUntracked(root, others, wanted),
    Promise.all(modules.map((path) => searchSubmodule(root, path, wanted, isWanted))),
  ]);
  return {
    untracked: untracked.filter((path) => entryOf(path) === undefined && isWanted(path)).toSorted(),
    submodules: searched.flatMap((found) => found ?? []).toSorted(),
    unread: modules.filter((path, index) => searched[index] === undefined && isWanted(`${path}/`)),
    illegible: [...held].filter((path) => isIllegible(root, path) && isWanted(path)).toSorted(),
  };
}

async function searchUntracked(root: string, others: readonly string[], wanted: readonly string[]) {
  const paths = pathspecs(others);
  return splitNul(
    await runGit(root, [...GREP, "--untracked", ...wanted, "--", ...paths], { accepts: [0, 1] }),
  );
}

/** `undefined` if git cannot read it: it is somebody else's, say. */
async function searchSubmodule(
  root: string,
  path: string,
  wanted: readonly string[],
  isWanted: (path: string) => boolean,
): Promise<readonly string[] | undefined> {
  const folder = join(root, path);
  if (!(await exists(join(folder, ".git")))) return [];
  const inModule = (output: Uint8Array) =>
    splitNul(output)
      .map((file) => `${path}/${file}`)
      .filter(isWanted);
  try {
    const files = inModule(await runGit(folder, ["ls-files", "-z", "--recurse-submodules"]));
    if (files.length === 0) return [];
    const args = [...GREP, "--recurse-submodules", ...wanted];
    return inModule(await runGit(folder, args, { accepts: [0, 1] }));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
