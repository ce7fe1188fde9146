import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import { nearest } from "../model/nearest.ts";
import { texts } from "./coerce.ts";
import type { DescribedCommand } from "./describe-commands.ts";
import { readWords } from "./read-words.ts";
import { requestOptions } from "./request-options.ts";
import { VARIABLE_PREFIX, variableOf } from "./variables.ts";

/** What the environment says of flags. */
export interface VariableFlags {
  /** Flags for the command line, `--name=value`. */
  readonly flags: readonly string[];
  /** A sentence on each variable that stands for no flag of any command. */
  readonly notes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The flags that variables set, and `typed` does not, for the command that `typed` names. A variable that is empty is not
 * set; that of another command's flag does not count. A value that its flag cannot have is a `UsageError`.
 */
export function flagsOfVariables(
  environment: Environment,
  typed: readonly string[],
  commands: readonly DescribedCommand[],
): VariableFlags {
  const { command, given } = readWords(typed, commands);
  const flags = Object.entries(command.flags)
    .filter(([name]) => !given.has(name))
    .flatMap(([name, option]) => {
      const variable = variableOf(name);
      const value = environment[variable] ?? "";
      return value === "" ? [] : [{ name, words: readValue(variable, value, name, option) }];
    });
  const isRequest = command.flags["pr"] === undefined || given.has("pr") || flags.some(isSwitchedOn("pr"));
  return {
    // Those of requests are no mistake on a run that makes none.
    flags: flags.filter(({ name }) => isRequest || !(name in requestOptions)).flatMap(({ words }) => words),
    notes: findStrangers(environment, commands),
  };
}

function isSwitchedOn(flag: string) {
  return ({ name, words }: { readonly name: string; readonly words: readonly string[] }) =>
    name === flag && words.length > 0;
}

function readValue(variable: string, value: string, name: string, option: Options): readonly string[] {
  const wrong = (what: string) =>
    new UsageError(`${variable}=${value}: ${what}`, {
      remedy: `Correct the variable, or unset it. It stands for --${name}.`,
    });
  if (option.type === "boolean") {
    if (!["true", "1", "false", "0"].includes(value)) throw wrong("it is true or false");
    return ["true", "1"].includes(value) ? [`--${name}`] : [];
  }
  const choices = option.choices?.map(String);
  if (choices?.includes(value) === false) throw wrong(`it is one of ${choices.join(", ")}`);
  const values = option.coerce === texts ? separate(value) : [value];
  try {
    for (const each of values) option.coerce?.(option.type === "number" ? Number(each) : each);
  } catch (error) {
    throw error instanceof UsageError ? wrong(error.message) : error;
  }
  return values.map((each) => `--${name}=${each}`);
}

/** One on each line if there are several lines, else with commas between them. */
function separate(value: string): readonly string[] {
  const parts = value.trim().split(value.includes("\n") ? "\n" : ",");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function findStrangers(environment: Environment, commands: readonly DescribedCommand[]): readonly string[] {
  const known = [...new Set(commands.flatMap(({ flags }) => Object.keys(flags).map(variableOf)))];
  const strangers = Object.keys(environment).filter(
    (name) => name.startsWith(VARIABLE_PREFIX) && !known.includes(name),
  );
  const ends = known.map((name) => name.slice(VARIABLE_PREFIX.length));
  return strangers.map((name) => {
    const near = nearest(name.slice(VARIABLE_PREFIX.length), ends).map((end) => VARIABLE_PREFIX + end);
    const guess = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
    return `${name} is set, and there is no such flag${guess}`;
  });
}
