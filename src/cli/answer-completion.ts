import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { findConfiguration } from "../adapters/configuration/find-configuration.ts";
import { LOCKFILE, parseLockfile } from "../lockfile/lockfile.ts";
import { checkoutOf } from "./checkout-of.ts";
import { complete, type Suggestion } from "./complete.ts";
import { describeCommands } from "./describe-commands.ts";
import { TOPICS } from "./help-topics.ts";
import { readConfigured } from "./open-project.ts";
import type { Shell } from "./completion-request.ts";
import type { Terminal } from "./terminal.ts";

/** Writes what the word at the cursor may become, one a line, in the form that the asking shell reads. */
export async function answerCompletion(terminal: Terminal): Promise<number> {
  const [, shell = "bash", ...typed] = terminal.arguments;
  const known = { images: () => imagesOf(terminal), topics: Object.keys(TOPICS) };
  const words = shell === "bash" ? joinBroken(typed) : typed;
  const suggestions = await complete(words, describeCommands(terminal), known);
  // bash takes the part behind `=` for a word of its own.
  const shown = words.length === typed.length ? suggestions : suggestions.map(behindSign);
  terminal.stdout.write(shown.map((each) => `${formatSuggestion(each, shell as Shell)}\n`).join(""));
  return 0;
}

/** bash breaks words at `=`: `--image`, `=`, `base`. */
function joinBroken(typed: readonly string[]): readonly string[] {
  const [first = "", second = "", ...rest] = typed;
  if (typed.length < 2) return typed;
  if (first.startsWith("--") && second.startsWith("=")) {
    const [value = "", ...more] = second === "=" ? rest : [second.slice(1), ...rest];
    return [`${first}=${value}`, ...joinBroken(more)];
  }
  return [first, ...joinBroken([second, ...rest])];
}

function behindSign({ word, describe }: Suggestion): Suggestion {
  return { word: word.replace(/^--[^=]+=/, ""), describe };
}

function formatSuggestion({ word, describe }: Suggestion, shell: Shell): string {
  switch (shell) {
    case "bash":
      return word;
    case "zsh":
      return describe === "" ? word : `${word}:${describe}`;
    case "fish":
      return describe === "" ? word : `${word}\t${describe}`;
  }
}

/**
 * The names of the images, or none where they cannot be known. A configuration may be a program: that is run only in a
 * clone in which this program has been used, so that nothing is run at the tabulator key that was not run before.
 */
async function imagesOf(terminal: Terminal): Promise<readonly string[]> {
  try {
    const checkout = await checkoutOf(terminal);
    const file = await findConfiguration(terminal.directory, checkout.root);
    if (extname(file) === ".json" || existsSync(checkout.privateFolder()))
      return (await readConfigured(terminal, {}, checkout)).images.map(({ name }) => name);
    const lockfile = await readFile(join(dirname(file), LOCKFILE));
    return [...parseLockfile(lockfile, LOCKFILE).images.keys()];
  } catch {
    return [];
  }
}
