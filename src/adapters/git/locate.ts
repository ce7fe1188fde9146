import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Folders } from "./folders.ts";
import { runGit } from "./run-git.ts";

/** Where the checkout of a directory is, and how it counts. */
export interface Located {
  readonly folders: Folders;
  /** The repository's hash: `sha1` or `sha256`. */
  readonly objectFormat: string;
}

/** Asks git for the checkout that a directory is in. A `UsageError` where it is in none. */
export async function locate(directory: string): Promise<Located> {
  const [top = "", own = "", index = "", objectFormat = ""] = await ask(directory);
  const root = await realpath(top);
  const folders = { root, private: resolve(directory, own), index: resolve(directory, index) };
  return { folders, objectFormat };
}

/** Not a repository, a bare one, one that belongs to somebody else: git says which. */
async function ask(directory: string): Promise<readonly string[]> {
  const paths = ["--git-path", "manage-images", "--git-path", "index"];
  try {
    const args = ["rev-parse", "--show-toplevel", ...paths, "--show-object-format"];
    return (await runGit(directory, args)).toString().trim().split("\n");
  } catch (error) {
    const message = error instanceof Error ? error.message.trim() : "";
    if (message.includes("ENOENT")) throw gitMissing();
    throw message.includes("safe.directory") ? notTrusted(message) : noCheckout(directory, message);
  }
}

function gitMissing(): UsageError {
  return new UsageError("git could not be run", { remedy: "Install git, and see that it is on PATH." });
}

/** Containers of CI often work on a checkout that another user has made. */
function notTrusted(message: string): UsageError {
  const command = /git config --global --add safe\.directory .*/.exec(message)?.[0];
  return new UsageError(`git does not work in a checkout that belongs to another user\n${message}`, {
    remedy: `If you trust it, tell git so: ${command ?? "git config --global --add safe.directory DIRECTORY"}`,
  });
}

function noCheckout(directory: string, message: string): UsageError {
  return new UsageError(`${directory} is not in the checkout of a git repository\n${message}`, {
    remedy: "Change to your repository, or make one with `git init`.",
  });
}
