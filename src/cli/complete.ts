import type { Options } from "yargs";
import { texts } from "./coerce.ts";
import type { DescribedCommand } from "./describe-commands.ts";
import { readWords, spellings } from "./read-words.ts";

/** What a word may become, and what that means. */
export interface Suggestion {
  readonly word: string;
  readonly describe: string;
}

/** What can be suggested only by who knows it. */
export interface Known {
  /** The images of the repository. They are asked for only where one may be meant. */
  readonly images: () => Promise<readonly string[]>;
  readonly topics: readonly string[];
}

/** The flag whose value is being typed, and how far. */
interface OpenValue {
  readonly option: Options;
  readonly name: string;
  /** What stands in front of the value in its own word: `--image=`. */
  readonly before: string;
  readonly typed: string;
}

/**
 * What the last of the words may become; nothing where that is a file, or anything. The parser of the command line has a
 * completion of its own; it knows no values behind `=`, suggests no flag a second time, and has nothing for fish.
 */
export async function complete(
  typed: readonly string[],
  commands: readonly DescribedCommand[],
  known: Known,
): Promise<readonly Suggestion[]> {
  const [current = "", ...before] = typed.toReversed();
  const { command, given, words, open, isPlain } = readWords(before.toReversed(), commands);
  const value = isPlain ? undefined : openValue(current, command, open);
  if (value !== undefined) return completeValue(value, known);
  if (current.startsWith("-") && !isPlain) return startingWith(current, flagsOf(command, given));
  const named = command.name === "" && words.length === 0 ? commands.slice(1).map(asSuggestion) : [];
  return startingWith(current, [...named, ...(await positionalsOf(command, words, known))]);
}

function openValue(current: string, { flags }: DescribedCommand, open?: string): OpenValue | undefined {
  const [, before = "", spelling = "", typed = ""] = /^(--([^=]+)=)(.*)$/s.exec(current) ?? [];
  const found = Object.entries(flags).find(([name, option]) => spellings(name, option).includes(spelling));
  if (before !== "" && found !== undefined) return { name: found[0], option: found[1], before, typed };
  const option = open === undefined || current.startsWith("-") ? undefined : flags[open];
  return option === undefined || open === undefined
    ? undefined
    : { name: open, option, before: "", typed: current };
}

async function completeValue({ name, option, before, typed }: OpenValue, known: Known) {
  const plain = option.choices?.map((choice) => ({ word: String(choice), describe: "" }));
  const values = plain ?? (name === "image" ? await imagesOf(known) : []);
  return startingWith(typed, values).map(({ word, describe }) => ({ word: before + word, describe }));
}

async function imagesOf({ images }: Known): Promise<readonly Suggestion[]> {
  const names = await images();
  if (names.length === 0) return [];
  return [...names.map((word) => ({ word, describe: "" })), { word: "all", describe: "every image" }];
}

/** Flags that may be repeated are suggested again. */
function flagsOf({ flags }: DescribedCommand, given: ReadonlySet<string>): readonly Suggestion[] {
  return Object.entries(flags)
    .filter(([name, { coerce }]) => !given.has(name) || coerce === texts)
    .map(([name, { describe = "" }]) => ({ word: `--${name}`, describe }));
}

async function positionalsOf({ words }: DescribedCommand, typed: readonly string[], known: Known) {
  const [name, declared] = [...words][Math.min(typed.length, words.size - 1)] ?? [];
  if (declared === undefined || (typed.length >= words.size && declared.array !== true)) return [];
  if (declared.choices !== undefined)
    return declared.choices.map((choice) => ({ word: String(choice), describe: "" }));
  if (name === "topic") return known.topics.map((word) => ({ word, describe: "" }));
  if (name !== "image") return [];
  return (await imagesOf(known)).filter(({ word }) => !typed.includes(word));
}

function asSuggestion({ name, describe }: DescribedCommand): Suggestion {
  return { word: name, describe };
}

function startingWith(start: string, suggestions: readonly Suggestion[]): readonly Suggestion[] {
  return suggestions.filter(({ word }) => word.startsWith(start));
}
