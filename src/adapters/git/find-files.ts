import type { SimpleGit } from "simple-git";

/** What a submodule has is the submodule's; `-I` leaves binary files out; only regular files are searched. */
const GREP = [
  "grep",
  "--files-with-matches",
  "--null",
  "--full-name",
  "-I",
  "--fixed-strings",
  "--no-recurse-submodules",
];
const HEAD_PREFIX = "HEAD:";

/** Text files that hold one of the texts in the working tree (if git tracks them), in the index or in HEAD; sorted. */
export async function findFiles(git: SimpleGit, texts: readonly string[]): Promise<readonly string[]> {
  const hasHead =
    (await git.raw(["rev-list", "--max-count=1", "--all"])) !== "" && (await isCommit(git, "HEAD"));
  const wanted = texts.flatMap((text) => ["-e", text]);
  const [tree, index, head] = await Promise.all([
    grep(git, wanted),
    grep(git, ["--cached", ...wanted]),
    hasHead ? grep(git, [...wanted, "HEAD"]) : [],
  ]);
  return [...new Set([...tree, ...index, ...head.map((path) => path.slice(HEAD_PREFIX.length))])].toSorted();
}

/** git ends with 1 and says nothing where it finds nothing; simple-git takes that for success. */
async function grep(git: SimpleGit, rest: readonly string[]): Promise<readonly string[]> {
  return (await git.raw([...GREP, ...rest])).split("\0").slice(0, -1);
}

async function isCommit(git: SimpleGit, revision: string): Promise<boolean> {
  return (await git.raw(["rev-parse", "--verify", "--quiet", `${revision}^{commit}`])) !== "";
}
