import { execFile } from "node:child_process";
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** What a file of a repository holds: text, bytes, a program, or a link. */
export type Content = string | Uint8Array | { readonly program: string } | { readonly linkTo: string };

/** A temporary git repository. */
export interface Repository {
  /** Absolute path of its working tree. */
  readonly folder: string;
  /** Runs git in it and gives what it prints, without the last newline. Rejects if git fails. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Writes files. */
  readonly write: (files: Readonly<Record<string, Content>>) => Promise<void>;
  readonly read: (path: string) => Promise<Buffer>;
  /** Everything that a run must not change by failing: HEAD, each index entry, each file's bytes and mode. */
  readonly snapshot: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Who commits; and nothing from this machine's configuration of git. */
export const GIT_ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
} as const;

const run = promisify(execFile);

/** Makes a repository with one commit of the files; without files there is no commit. */
export async function makeRepository(files: Readonly<Record<string, Content>> = {}): Promise<Repository> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "repository-")));
  const repository = repositoryAt(folder);
  await repository.git("init", "--quiet", "--initial-branch=main");
  await configure(
    join(folder, ".git"),
    `[user]\n\tname = Ada\n\temail = ada@example.com\n${TIDIED_BY_NOBODY}`,
  );
  await repository.write(files);
  if (Object.keys(files).length > 0) await commitAll(repository);
  return repository;
}

/** Each commit, fetch and push would start a process to find that there is nothing to tidy up. */
export const TIDIED_BY_NOBODY = "[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n";

/** Adds to a repository's configuration what `git config` would: that is a process for each line. */
export function configure(gitDirectory: string, lines: string): Promise<void> {
  return appendFile(join(gitDirectory, "config"), lines);
}

/** The repository that has its working tree in a folder. */
export function repositoryAt(folder: string): Repository {
  const git = async (...args: readonly string[]) => {
    const options = { cwd: folder, env: { ...process.env, ...GIT_ENVIRONMENT }, maxBuffer: 1e9 };
    return (await run("git", args, options)).stdout.replace(/\n$/, "");
  };
  return {
    folder,
    git,
    write: async (files) => {
      for (const [path, content] of Object.entries(files)) await writeContent(join(folder, path), content);
    },
    read: (path) => readFile(join(folder, path)),
    snapshot: () => snapshot(folder, git),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Commits all files of a repository. */
export async function commitAll({ git }: Repository, message = "Files"): Promise<void> {
  await git("add", "--all", "--force");
  await git("commit", "--quiet", "--no-verify", "--message", message);
}

async function writeContent(file: string, content: Content): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  if (typeof content === "string" || content instanceof Uint8Array) return writeFile(file, content);
  if ("linkTo" in content) return symlink(content.linkTo, file);
  await writeFile(file, content.program);
  await chmod(file, 0o755);
}

async function snapshot(folder: string, git: Repository["git"]): Promise<string> {
  const head = await git("rev-parse", "--verify", "--quiet", "HEAD").catch(() => "none");
  const index = await git("ls-files", "--stage", "-v");
  const status = await git("status", "--porcelain", "--untracked-files=all");
  const find = [
    "find",
    ".",
    "-path",
    "./.git",
    "-prune",
    "-o",
    "-type",
    "f",
    "-exec",
    "sha256sum",
    "{}",
    "+",
  ];
  const modes = ["find", ".", "-path", "./.git", "-prune", "-o", "-printf", "%m %y %p\\n"];
  const listed = await Promise.all(
    [find, modes].map(([program = "", ...args]) => run(program, args, { cwd: folder, maxBuffer: 1e9 })),
  );
  const lines = listed.flatMap(({ stdout }) => stdout.split("\n").toSorted());
  const lock = await readFile(join(folder, ".git", "index.lock")).then(
    () => "index.lock is there",
    () => "",
  );
  return [head, index, status, lock, ...lines].join("\n");
}
