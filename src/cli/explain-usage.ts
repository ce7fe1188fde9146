import { UsageError } from "../errors.ts";
import { nearest } from "../model/nearest.ts";

/** What the parser says of a command line, with the nearest of the right `words` for those that it does not know. */
export function explainUsage(
  message: string,
  given: readonly string[],
  words: readonly string[],
): UsageError {
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/.exec(message)?.[1]?.split(", ") ?? [];
  const written = new Map(given.map((word) => [bare(word), word.replace(/=.*/, "")]));
  const known = new Map(words.map((word) => [bare(word), word]));
  const sentences = unknown.map((word) => {
    const near = nearest(word, [...known.keys()]).map((name) => known.get(name) ?? name);
    return `There is no ${written.get(word) ?? word}${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`;
  });
  return new UsageError(sentences.length > 0 ? sentences.join("\n") : message, {
    remedy: "manage-images --help lists commands and flags.",
  });
}

/** A flag's name without its dashes and its value. */
function bare(word: string): string {
  return word.replace(/^--?/, "").replace(/=.*/, "");
}
