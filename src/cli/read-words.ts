import type { Options } from "yargs";
import type { DescribedCommand } from "./describe-commands.ts";

/** What words on the command line are, as far as they go. */
export interface ReadWords {
  readonly command: DescribedCommand;
  /** The flags that are given, by their names without dashes. */
  readonly given: ReadonlySet<string>;
  /** Words that are neither flags nor their values, nor the command. */
  readonly words: readonly string[];
  /** The flag whose value would be the next word. */
  readonly open?: string;
  /** Whether no flag can follow. */
  readonly isPlain: boolean;
}

/** Reads words as the parser does; `commands` are all, the one without a name first. */
export function readWords(typed: readonly string[], commands: readonly DescribedCommand[]): ReadWords {
  const [run, ...named] = commands;
  if (run === undefined) throw new Error("There is no command.");
  const given = new Set<string>();
  const words: string[] = [];
  let command = run;
  let open: string | undefined;
  let isPlain = false;
  for (const word of typed) {
    if (word === "--" && !isPlain) isPlain = true;
    else if (open !== undefined && (isPlain || !word.startsWith("-"))) open = undefined;
    else if (!isPlain && /^-./.test(word)) {
      const flags = readFlags(word, command.flags);
      for (const name of flags.names) given.add(name);
      open = flags.open;
    } else {
      const found = command === run && words.length === 0 && named.find(({ name }) => name === word);
      if (found) command = found;
      else words.push(word);
    }
  }
  return { command, given, words, isPlain, ...(open === undefined ? {} : { open }) };
}

/** The names of a flag, as they are written: its own and its aliases. */
export function spellings(name: string, { alias = [] }: Options): readonly string[] {
  return [name, ...[alias].flat()];
}

interface Flags {
  readonly names: readonly string[];
  readonly open?: string | undefined;
}

/** One long flag, or some short ones. */
function readFlags(word: string, flags: Readonly<Record<string, Options>>): Flags {
  const [, long, value] = /^--([^=]+)(=.*)?$/s.exec(word) ?? [];
  if (long === undefined) return readShortFlags(word.slice(1), flags);
  const name = findFlag(long, flags);
  if (name === undefined) return { names: [] };
  return { names: [name], open: value === undefined && takesValue(flags[name]) ? name : undefined };
}

/** `-nk`, `-j8`, `-j=8`: what follows the first that takes a value is its value. */
function readShortFlags(letters: string, flags: Readonly<Record<string, Options>>): Flags {
  const names: string[] = [];
  for (const [index, letter] of Array.from(letters).entries()) {
    const name = findFlag(letter, flags);
    if (name === undefined) break;
    names.push(name);
    if (takesValue(flags[name])) return { names, open: index === letters.length - 1 ? name : undefined };
  }
  return { names };
}

function findFlag(spelling: string, flags: Readonly<Record<string, Options>>): string | undefined {
  // The parser takes camel case, too.
  const dashed =
    spelling.length > 1 ? spelling.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : spelling;
  return Object.entries(flags).find(([name, option]) => {
    const known = spellings(name, option);
    return known.includes(spelling) || known.includes(dashed);
  })?.[0];
}

function takesValue(option: Options | undefined): boolean {
  return option?.type !== "boolean";
}
