/** Commands that look at the whole working tree, beside a run. */
const COMMANDS = ["plan", "graph", "check", "matrix", "pin", "update"];

/** Flags with which nothing is done. */
const TELLING = ["--help", "-h", "--version"];

/** Whether what looks at the tree needs to know what all files hold. */
export function needsIds(words: readonly string[]): boolean {
  return !words.includes("--only-references");
}

/** Whether what was typed can only be a run. Looked at before the words are read. */
export function isRun([first = "", ...more]: readonly string[]): boolean {
  return first.startsWith("-") && looksAtTree([first, ...more]);
}

/** Whether what was typed is likely to be a command that looks at the working tree. Looked at before the words are read. */
export function looksAtTree([first = "", ...more]: readonly string[]): boolean {
  const isOne = first.startsWith("-") || COMMANDS.includes(first);
  return isOne && ![first, ...more].some((word) => TELLING.includes(word));
}
