import { fromByteText, type ByteText } from "./byte-text.ts";
import type { LineProblem } from "./problems.ts";
import { readFlags } from "./read-flags.ts";
import { triggerIn, type Instruction } from "./split-instructions.ts";
import { splitWords, type Word } from "./tokens.ts";

/** A build stage as it is written, before variables are filled in. */
export interface Stage {
  readonly from: Instruction;
  /** What it is built from. */
  readonly base: Word;
  /** In lower case. */
  readonly name?: string;
  readonly platform?: ByteText;
  /** Its instructions without `ONBUILD`. */
  readonly instructions: readonly Instruction[];
  /** What its `ONBUILD` instructions hold back. */
  readonly triggers: readonly Instruction[];
}

/** The stages of a file, the `ARG` instructions before them, and what BuildKit will refuse. */
export interface Stages {
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
  readonly problems: readonly LineProblem[];
}

/** The words that instructions begin with, in lower case. */
export const KEYWORDS: readonly string[] = [
  ..."add arg cmd copy entrypoint env expose from healthcheck label".split(" "),
  ..."maintainer onbuild run shell stopsignal user volume workdir".split(" "),
];
const NOT_AS_TRIGGER = ["from", "maintainer", "onbuild"];
const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

/** Sorts instructions into stages (frontend/dockerfile/instructions/parse.go). */
export function readStages(instructions: readonly Instruction[]): Stages {
  const known = instructions.filter(({ keyword }) => KEYWORDS.includes(keyword));
  const first = known.findIndex(({ keyword }) => keyword === "from");
  const before = first < 0 ? known : known.slice(0, first);
  const groups = first < 0 ? [] : groupByFrom(known.slice(first));
  const read = groups.map(([from, ...rest]) => readStage(from, rest));
  return {
    globals: before.filter(({ keyword }) => keyword === "arg"),
    stages: read.flatMap(({ stage }) => stage ?? []),
    problems: [
      ...unknownInstructions(instructions),
      ...before.filter(({ keyword }) => keyword !== "arg").map(beforeFrom),
      ...read.flatMap(({ problems }) => problems),
      ...known.filter(({ keyword }) => keyword === "onbuild").flatMap(triggerProblems),
      ...(first < 0 ? [noStage(instructions)] : []),
    ],
  };
}

type Group = readonly [Instruction, ...Instruction[]];

function groupByFrom(instructions: readonly Instruction[]): readonly Group[] {
  const groups: [Instruction, ...Instruction[]][] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === "from") groups.push([instruction]);
    else groups.at(-1)?.push(instruction);
  }
  return groups;
}

function readStage(from: Instruction, rest: readonly Instruction[]) {
  const { flags, rest: start } = readFlags(from.text, from.args);
  const [base, as, name, ...more] = splitWords(from.text, start);
  const isNamed = as?.text.toLowerCase() === "as" && name !== undefined;
  if (base === undefined || more.length > 0 || (as !== undefined && !isNamed)) {
    return { problems: [isTemplate(from) ? template(from) : badFrom(from)] };
  }
  const platform = flags.find((flag) => flag.name === "platform")?.value;
  const onbuild = rest.filter(({ keyword }) => keyword === "onbuild");
  const stage: Stage = {
    from,
    base,
    ...(name === undefined ? {} : { name: name.text.toLowerCase() }),
    ...(platform === undefined ? {} : { platform }),
    instructions: rest.filter(({ keyword }) => keyword !== "onbuild"),
    triggers: onbuild.flatMap((instruction) => triggerIn(instruction) ?? []),
  };
  const isBadName = stage.name !== undefined && !STAGE_NAME.test(stage.name);
  return { stage, problems: isBadName ? [badStageName(from, name?.text ?? "")] : [] };
}

function unknownInstructions(instructions: readonly Instruction[]): readonly LineProblem[] {
  const unknown = instructions.filter(({ keyword }) => !KEYWORDS.includes(keyword));
  // A template has many of them, and a conflict three; the first says it all.
  const first = unknown.find((each) => isTemplate(each) || isConflict(each));
  if (first === undefined) return unknown.map(unknownInstruction);
  return [isTemplate(first) ? template(first) : conflict(first)];
}

function triggerProblems(onbuild: Instruction): readonly LineProblem[] {
  const trigger = triggerIn(onbuild);
  const keyword = trigger?.keyword ?? "";
  if (KEYWORDS.includes(keyword) && !NOT_AS_TRIGGER.includes(keyword)) return [];
  const what = `ONBUILD cannot be followed by \`${fromByteText(keyword).toUpperCase()}\``;
  return [{ line: onbuild.line, what, remedy: "Put another instruction behind it, or remove it." }];
}

function isTemplate({ text }: Instruction): boolean {
  return text.includes("{{") || text.includes("{%");
}

/** The mark that git puts before one side of what it could not merge. */
function isConflict({ keyword }: Instruction): boolean {
  return keyword === "<<<<<<<";
}

function conflict({ line }: Instruction): LineProblem {
  return {
    line,
    what: "it has conflict markers",
    remedy: "Resolve the conflict. Where the sides differ in digests alone, take either and run again.",
  };
}

function template({ line }: Instruction): LineProblem {
  return {
    line,
    what: "this is a template, not a Dockerfile",
    remedy:
      "Give the file that is made from it, or the program that makes it: `dockerfile: { command: […] }`.",
  };
}

function unknownInstruction({ line, keyword }: Instruction): LineProblem {
  return {
    line,
    what: `\`${fromByteText(keyword).toUpperCase()}\` is no instruction of a Dockerfile`,
    remedy: "Correct it; if it belongs to the line above, that line must end in the escape character.",
  };
}

function beforeFrom({ line, keyword }: Instruction): LineProblem {
  const what = `${keyword.toUpperCase()} stands before the first FROM`;
  return { line, what, remedy: "Only ARG may stand there. Move it behind a FROM." };
}

function badFrom({ line }: Instruction): LineProblem {
  return { line, what: "FROM is not complete", remedy: "Write `FROM image` or `FROM image AS name`." };
}

function badStageName({ line }: Instruction, name: ByteText): LineProblem {
  return {
    line,
    what: `\`${fromByteText(name)}\` cannot be the name of a stage`,
    remedy: "A name begins with a letter and has letters, digits, `-`, `_` and `.`.",
  };
}

function noStage(instructions: readonly Instruction[]): LineProblem {
  const line = instructions[0]?.line ?? 1;
  return { line, what: "the Dockerfile has no FROM", remedy: "Begin it with `FROM image`." };
}
