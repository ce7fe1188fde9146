import { UsageError } from "../errors.ts";
import { nearest } from "../model/nearest.ts";

/** What the parser says of a command line, with the nearest of the right `words` for those that it does not know. */
export function explainUsage(
  message: string,
  given: readonly string[],
  words: readonly string[],
): UsageError {
  const refused = /^Invalid values:\n((?: {2}Argument: [^\n]+\n?)+)$/.exec(message)?.[1];
  if (refused !== undefined) return refusedValues(refused, given);
  const valueless = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (valueless !== undefined) return withoutValue(valueless, given);
  const named = /^Unknown (?:argument|command)s?: (.+)$/.exec(message)?.[1]?.split(", ") ?? [];
  // The parser names a flag a second time, in camel case.
  const unknown = named.filter((word) => !named.some((other) => other !== word && camelCase(other) === word));
  const written = new Map(given.map((word) => [bare(word), word.replace(/=.*/, "")]));
  const known = new Map(words.map((word) => [bare(word), word]));
  const sentences = unknown.map((word) => {
    const name = written.get(word) ?? word;
    if (known.has(word)) return `${given[0] ?? "This command"} has no ${name}`;
    const near = nearest(word, [...known.keys()]).map((each) => known.get(each) ?? each);
    return `There is no ${name}${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`;
  });
  const images = unknown.filter((word) => given.includes(word));
  return new UsageError(sentences.length > 0 ? sentences.join("\n") : message, {
    remedy: ["manage-images --help lists commands and flags.", ...images.map(asImage)].join("\n"),
  });
}

function withoutValue(flag: string, given: readonly string[]): UsageError {
  const written = given.find((word) => word.startsWith("-") && bare(word) === flag) ?? flag;
  return new UsageError(`${written} needs a value`, {
    remedy: "manage-images COMMAND --help says which values flags take.",
  });
}

/** `  Argument: format, Given: "png", Choices: "text", "json"`, a line for each. */
function refusedValues(lines: string, given: readonly string[]): UsageError {
  const pattern = /Argument: (.+?), Given: (.+), Choices: (.+)/g;
  const refusals = [...lines.matchAll(pattern)].map(([, argument = "", value = "", choices = ""]) => {
    const isFlag = given.some((word) => word.startsWith("-") && bare(word) === argument);
    const all = [...choices.matchAll(/"([^"]*)"/g)].map(([, choice = ""]) => choice);
    const near = nearest(value.replaceAll('"', ""), all);
    const guess = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
    const name = `${isFlag ? "--" : ""}${argument}`;
    return { what: `${name} cannot be ${value}${guess}`, remedy: `${name} is one of: ${all.join(", ")}` };
  });
  return new UsageError(refusals.map(({ what }) => what).join("\n"), {
    remedy: refusals.map(({ remedy }) => remedy).join("\n"),
  });
}

function asImage(word: string): string {
  return `If it is an image: manage-images --image ${word}`;
}

function camelCase(word: string): string {
  return word.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A flag's name without its dashes and its value. */
function bare(word: string): string {
  return word.replace(/^--?/, "").replace(/=.*/, "");
}
