import { runGit, splitNul } from "./run-git.ts";

/** What a repository's configuration says of files (git-config(1)). */
export interface Settings {
  /** Whether git converts line endings of files without attributes (`core.autocrlf`). */
  readonly autocrlf: boolean;
  /** Whether git looks at executable bits (`core.fileMode`). */
  readonly trustsModes: boolean;
}

/** Asks git, once. */
export async function readSettings(root: string): Promise<Settings> {
  const args = ["config", "-z", "--get-regexp", String.raw`^core\.(autocrlf|filemode)$`];
  // The last one counts. `git config` spells keys in small letters.
  const values = new Map(
    splitNul(await runGit(root, args, { accepts: [0, 1] })).map((line) => {
      const [key = "", value = "true"] = line.split("\n");
      return [key, value.toLowerCase()];
    }),
  );
  return {
    autocrlf: isTrue(values.get("core.autocrlf") ?? "false") || values.get("core.autocrlf") === "input",
    trustsModes: isTrue(values.get("core.filemode") ?? "true"),
  };
}

function isTrue(value: string): boolean {
  return !["false", "no", "off", "0", ""].includes(value);
}
