import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import { graphOptions } from "./graph-options.ts";
import {
  checkOptions,
  commonOptions,
  initOptions,
  lintOptions,
  matrixOptions,
  planOptions,
  runOptions,
  updateOptions,
} from "./options.ts";
import { localRegistryOptions } from "./local-registry.ts";
import { promoteOptions, pruneOptions, pullOptions, tagsOptions } from "./registry-options.ts";
import { requestOptions, prSwitch } from "./request-options.ts";

/** All commands but the run itself, which has no name. */
export const COMMANDS = [
  "plan",
  "graph",
  "check",
  "lint",
  "pin",
  "update",
  "pr",
  "matrix",
  "collect",
  "promote",
  "tags",
  "prune",
  "registry",
  "pull",
  "digest",
  "report",
  "init",
  "doctor",
  "help",
  "completion",
] as const;

/** The flags of all commands, by their names. */
const FLAGS: Readonly<Record<string, Options>> = {
  ...commonOptions,
  ...runOptions,
  ...planOptions,
  ...graphOptions,
  ...checkOptions,
  ...lintOptions,
  ...updateOptions,
  ...matrixOptions,
  ...prSwitch,
  ...requestOptions,
  ...initOptions,
  ...promoteOptions,
  ...tagsOptions,
  ...pruneOptions,
  ...localRegistryOptions,
  ...pullOptions,
};

/** yargs takes `--dry-run=maybe` for false, and a real run would start. */
export function checkSwitches(given: readonly string[]): void {
  for (const [word, name = "", value = ""] of given.flatMap((text) => [
    /^--?([^=]+)=(.*)$/s.exec(text) ?? [],
  ])) {
    const isSwitch = Object.entries(FLAGS).some(
      ([flag, option]) => option.type === "boolean" && [flag, ...aliasesOf(option)].includes(name),
    );
    if (isSwitch && !["true", "false"].includes(value))
      throw new UsageError(`${word}: --${name} takes no value`, {
        remedy: "Write it alone, or leave it out.",
      });
  }
}

function aliasesOf(option: Options): readonly string[] {
  return [option.alias ?? []].flat();
}

/** The names of all flags, with their dashes. */
export function flagNames(): readonly string[] {
  return Object.keys(FLAGS).map((name) => `--${name}`);
}
