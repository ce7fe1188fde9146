import { mountsOf } from "../../dockerfile/find-sources.ts";
import type { Instruction, StageNode } from "../../dockerfile/read-dockerfile.ts";
import { copiesContext } from "../copied-context.ts";
import { startOf } from "../instructions.ts";
import type { Found, Rule } from "../linted.ts";
import { commandsOf, type Command } from "../shell-commands.ts";

/** How package managers are told to install, by what they are called. */
const INSTALLS: readonly (readonly [program: RegExp, subcommand: RegExp])[] = [
  [/^apt(?:-get)?$|^(?:micro)?dnf$|^yum$|^zypper$|^apk$/, /^(?:install|add)$/],
  [/^(?:npm|pnpm)$/, /^(?:ci|i|install|fetch)$/],
  [/^yarn$/, /^(?:install|--.*)?$/],
  [/^pip[\d.]*$/, /^install$/],
  [/^(?:poetry|pdm|pipenv|bundle|composer|conda|mamba|micromamba)$/, /^install$/],
  [/^uv$/, /^sync$/],
  [/^go$/, /^mod$/],
  [/^cargo$/, /^fetch$/],
];
/** What is installed is the context itself, or comes from it. */
const FROM_CONTEXT = /^\.{1,2}(?:\/.*|\[.*)?$|\.(?:whl|tar\.gz|deb|rpm|apk)$/;

/** What changes with every edit comes behind what does not. */
export const copyBeforeInstall: Rule = ({ structure: { stages, reached } }) =>
  reached.flatMap((index) => judge(instructionsUpTo(stages, index)));

/** What a stage is made by, stages that it is built from included. */
function instructionsUpTo(stages: readonly StageNode[], index: number): readonly Instruction[] {
  const node = stages[index];
  if (node === undefined) return [];
  const below = node.base.kind === "stage" ? instructionsUpTo(stages, node.base.stage) : [];
  return [...below, ...node.stage.instructions];
}

function judge(instructions: readonly Instruction[]): readonly Found[] {
  const at = instructions.findIndex(copiesContext);
  const copy = instructions[at];
  if (copy === undefined) return [];
  const before = instructions.slice(0, at).flatMap(installersIn);
  // Who has installed before needs the context for the rest.
  const wasted = instructions
    .slice(at + 1)
    .flatMap(installersIn)
    .find((installer) => !before.includes(installer));
  return wasted === undefined ? [] : [violation(copy, wasted)];
}

function violation(copy: Instruction, installer: string): Found {
  return {
    rule: "copy-before-install",
    at: startOf(copy),
    message: `the whole context is copied before ${installer} installs packages: each edit installs them anew`,
    remedy: "copy what lists the packages first, install, and then copy the rest",
  };
}

/** The package managers that a `RUN` without a cache mount calls to install something from elsewhere. */
function installersIn(instruction: Instruction): readonly string[] {
  if (instruction.keyword !== "run") return [];
  const isCached = mountsOf(instruction).some((mount) => mount?.fields.get("type")?.text === "cache");
  return isCached ? [] : commandsOf(instruction).flatMap(installerOf);
}

function installerOf({ words: command }: Command): readonly string[] {
  for (const [program, subcommand] of INSTALLS) {
    const at = command.findIndex((word) => program.test(word.replace(/^.*\//, "")));
    const words = command.slice(at + 1);
    const [first = ""] = words.filter((word) => !word.startsWith("-"));
    if (at < 0 || !subcommand.test(first)) continue;
    return words.some((word) => FROM_CONTEXT.test(word)) ? [] : [command[at] ?? ""];
  }
  return [];
}
