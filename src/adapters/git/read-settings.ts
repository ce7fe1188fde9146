import { splitNul, type AskGit, type Question } from "./run-git.ts";

/** What a repository's configuration says of files (git-config(1)). */
export interface Settings {
  /** Whether git converts line endings of files without attributes (`core.autocrlf`). */
  readonly autocrlf: boolean;
  /** Whether git looks at executable bits (`core.fileMode`). */
  readonly trustsModes: boolean;
}

export const SETTINGS: Question = {
  args: ["config", "-z", "--get-regexp", String.raw`^core\.(autocrlf|filemode)$`],
  accepts: [0, 1],
};

/** Asks git, once. */
export async function readSettings(root: string, ask: AskGit): Promise<Settings> {
  // The last one counts. `git config` spells keys in small letters.
  const values = new Map(
    splitNul(await ask(root, SETTINGS)).map((line) => {
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
