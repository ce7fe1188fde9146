import { UserError } from "../../errors.ts";
import type { NewCommit, NewFile } from "../../ports/forge.ts";
import { runGit, splitNul } from "./run-git.ts";

/** The commits from above `parent` up to one of its descendants, oldest first, as they can be made elsewhere. */
export async function commitsAbove(
  root: string,
  parent: string,
  commit: string,
): Promise<readonly NewCommit[]> {
  const list = ["rev-list", "--reverse", "--first-parent", `${parent}..${commit}`, "--"];
  const ids = (await runGit(root, list)).toString().trim().split("\n");
  const commits: NewCommit[] = [];
  for (const id of ids) commits.push(await readCommit(root, id));
  return commits;
}

async function readCommit(root: string, id: string): Promise<NewCommit> {
  const said = (await runGit(root, ["log", "--max-count=1", "--format=%T%n%B", id, "--"])).toString();
  const end = said.indexOf("\n");
  const changes = await runGit(root, ["diff-tree", "-r", "-z", "--no-renames", `${id}^`, id]);
  return {
    message: said.slice(end + 1).trimEnd(),
    tree: said.slice(0, end),
    files: await readFiles(root, splitNul(changes)),
  };
}

/** Of `:100644 100755 <blob> <blob> M` and a path, by turns (git-diff-tree(1)). */
async function readFiles(root: string, fields: readonly string[]): Promise<readonly NewFile[]> {
  const files: NewFile[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode, , blob = ""] = (fields[index] ?? "").split(" ");
    const path = fields[index + 1] ?? "";
    if (mode !== "100644" && mode !== "100755") throw notAFile(path);
    files.push({ path, mode, bytes: await runGit(root, ["cat-file", "blob", blob]) });
  }
  return files;
}

function notAFile(path: string): UserError {
  return new UserError(`${path} is changed otherwise than in its content, which no API of the forge can do`, {
    remedy: "Use --commit-with git.",
  });
}
