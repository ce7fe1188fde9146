/**
 * A Dockerfile, read for what it is built from and what of its context it can read.
 *
 * It says what BuildKit would resolve, so it is read as BuildKit reads it: bytes → lines → directives → instructions →
 * stages → the stages that the target needs → their references and paths. Each step is a file of this folder and names
 * the file of BuildKit (v0.33, github.com/moby/buildkit) that it follows.
 *
 * There is no Dockerfile parser below it. The one to be had, `dockerfile-ast`, does not know here-documents as BuildKit
 * does, several `--mount`, `ONBUILD`, quotes in flags or two escape characters at a line's end; with those cut off in
 * front of it, all that is left for it to do is to split at spaces.
 */
import { Buffer } from "node:buffer";
import type { Problem } from "../errors.ts";
import type { Reference } from "../model/reference.ts";
import { globalArguments } from "./arguments.ts";
import { fromByteText, toByteText } from "./byte-text.ts";
import { effectOf, type Effect } from "./effect.ts";
import { findLineage, type Lineage } from "./find-lineage.ts";
import { findReach } from "./find-reach.ts";
import { platformArguments } from "./platform-arguments.ts";
import { problemsOf, type LineProblem } from "./problems.ts";
import { NOTHING, type Reach } from "./reach.ts";
import { readDirectives, type Directives, type Frontend } from "./read-directives.ts";
import { readStages, type Stage, type Stages } from "./read-stages.ts";
import { contextName, namedContexts, type Origin } from "./resolve-name.ts";
import { splitInstructions, type Instruction } from "./split-instructions.ts";
import { splitLines } from "./split-lines.ts";
import { reachableStages, resolveStages, type StageNode } from "./stage-graph.ts";
import { formatTrigger, parseTrigger, type Trigger } from "./triggers.ts";
import { frontendUse, inFileOrder, triggerUses, usesOf, type BaseUse } from "./uses.ts";

/** A Dockerfile and what a build would be told besides. */
export interface DockerfileInput {
  /** Its path, for messages. */
  readonly file: string;
  /** In any encoding: what is not ASCII or UTF-8 only matters where it stands in a name. */
  readonly bytes: Uint8Array;
  /** The name of the stage to build; the last by default. */
  readonly target?: string;
  /** Build arguments. */
  readonly args: Readonly<Record<string, string>>;
  /** The target platform, such as `linux/amd64`; it is taken for the build platform, too. */
  readonly platform: string;
  /** The names of named contexts. */
  readonly contexts: readonly string[];
  /** The triggers that an image brings to the stages that are built from it; none if they are not known. */
  readonly triggersOf?: (reference: Reference) => readonly Trigger[];
}

/** What a Dockerfile says. */
export interface DockerfileFacts {
  /** What BuildKit would fetch for the target, in the order of the file. */
  readonly uses: readonly BaseUse[];
  /** What the image brings to images that are built from it. */
  readonly triggers: readonly Trigger[];
  /** What those triggers name. A name may also be that of a stage where they are run. */
  readonly triggerUses: readonly BaseUse[];
  /** What of its context the build can read. */
  readonly reach: Reach;
  /** The same of each named context. */
  readonly contextReach: ReadonlyMap<string, Reach>;
  /** What the image is built on, and the labels that it is given. */
  readonly lineage: Lineage;
  /** What of the file can change the image. */
  readonly effect: Effect;
  /** What cannot be known, and what BuildKit will refuse. */
  readonly problems: readonly Problem[];
}

export type { ArgumentUse, BaseUse } from "./uses.ts";
export type { Effect } from "./effect.ts";
export type { Lineage } from "./find-lineage.ts";
export type { Instruction } from "./split-instructions.ts";
export type { StageNode } from "./stage-graph.ts";
export type { Trigger } from "./triggers.ts";

/** Reads a Dockerfile. */
export function readDockerfile(input: DockerfileInput): DockerfileFacts {
  const lines = splitLines(Buffer.from(input.bytes).toString("latin1"));
  const directives = readDirectives(lines);
  const configured = new Map(Object.entries(input.args));
  const frontend = frontendUse(directives.frontend, configured.get("BUILDKIT_SYNTAX"));
  if (directives.frontend?.isForeign === true) return foreignFacts(input, directives.frontend.line, frontend);
  const split = splitInstructions(lines, directives.escape);
  const read = readStages(split.instructions);
  const found = readStageFacts(read, { input, configured, directives });
  const problems = [...directives.problems, ...split.problems, ...read.problems, ...found.problems];
  if (directives.frontend !== undefined && frontend.length === 0)
    problems.push(badFrontend(directives.frontend));
  return {
    ...found,
    uses: inFileOrder([...frontend, ...found.uses]),
    problems: problemsOf(input.file, problems),
  };
}

function badFrontend({ text, line }: Frontend): LineProblem {
  const what = `\`${fromByteText(text)}\`, which is to read the file, is not the name of an image`;
  return { line, what, remedy: "It has the form name[:tag][@digest], the name in lower case." };
}

/** A file in a language of its frontend's. */
function foreignFacts(input: DockerfileInput, line: number, uses: readonly BaseUse[]): DockerfileFacts {
  const what =
    "the file is in a language that only its frontend knows, so what it is built from cannot be told";
  const problem = { line, what, remedy: "Write it as a Dockerfile, with `# syntax=…` for the frontend." };
  const reach = { kind: "everything" } as const;
  const effect = { text: Buffer.from(input.bytes).toString("latin1"), args: Object.keys(input.args).sort() };
  const lineage = { labels: [undefined] };
  return {
    uses,
    lineage,
    triggers: [],
    triggerUses: [],
    reach,
    contextReach: new Map(input.contexts.map((name) => [name, reach])),
    effect,
    problems: problemsOf(input.file, [problem]),
  };
}

/** A Dockerfile's instructions and stages, for those who judge how it is written. */
export interface DockerfileStructure {
  /** All of them, in the order of the file. */
  readonly instructions: readonly Instruction[];
  /** The `ARG` instructions before the first `FROM`. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly StageNode[];
  /** The number of the stage that is built. */
  readonly target: number | undefined;
  /** The numbers of the stages that it needs, itself included, in ascending order. */
  readonly reached: readonly number[];
  readonly escape: string;
}

/** Reads how a Dockerfile is put together. What is wrong with it, and languages of other frontends, are `readDockerfile`'s. */
export function readStructure(input: DockerfileInput): DockerfileStructure {
  const lines = splitLines(Buffer.from(input.bytes).toString("latin1"));
  const directives = readDirectives(lines);
  const { instructions } = splitInstructions(lines, directives.escape);
  const read = readStages(instructions);
  const configured = new Map(Object.entries(input.args));
  const { nodes, target, reached } = resolveNeeded(read, { input, configured, directives });
  return { instructions, globals: read.globals, stages: nodes, target, reached, escape: directives.escape };
}

interface Settings {
  readonly input: DockerfileInput;
  readonly configured: ReadonlyMap<string, string>;
  readonly directives: Directives;
}

/** The stages, and which of them the target needs. */
function resolveNeeded({ stages, globals: declarations }: Stages, settings: Settings) {
  const { input, configured, directives } = settings;
  const { escape } = directives;
  const own = platformArguments(input.platform, input.target ?? stages.at(-1)?.name ?? "default");
  const { globals, problems } = globalArguments(declarations, configured, own, escape);
  const contexts = namedContexts(input.contexts);
  const triggersOf = (base: Origin) => inheritedFrom(base, input);
  const nodes = resolveStages(stages, { globals, configured, contexts, escape, triggersOf });
  const target = findTarget(stages, input.target);
  const reached = target === undefined ? [] : reachableStages(nodes, target);
  return { globals, problems, nodes, target, reached, contexts };
}

function readStageFacts(read: Stages, settings: Settings) {
  const { stages, globals: declarations } = read;
  const { input, configured, directives } = settings;
  const { escape } = directives;
  const { globals, problems, ...stagesNeeded } = resolveNeeded(read, settings);
  const { nodes, target, reached } = stagesNeeded;
  const needed = reached.flatMap((index) => nodes[index] ?? []);
  const reach = findReach(stagesNeeded, { globals, configured, escape });
  const triggers = stages[target ?? -1]?.triggers ?? [];
  return {
    uses: needed.flatMap((node) => usesOf(node, globals)),
    triggers: triggers.map(formatTrigger),
    triggerUses: triggerUses(triggers),
    lineage: findLineage(nodes, target, { globals, configured, escape }),
    reach: reach.context,
    contextReach: new Map(
      input.contexts.map((name) => [name, reach.named.get(contextName(name)) ?? NOTHING]),
    ),
    effect: effectOf(directives, declarations, needed),
    problems: [...problems, ...problemsOfStages(nodes, needed), ...targetProblems(stages, target, input)],
  };
}

function inheritedFrom(base: Origin, { triggersOf }: DockerfileInput): readonly Instruction[] {
  const triggers = base.kind === "image" ? (triggersOf?.(base.reference) ?? []) : [];
  return triggers.flatMap(parseTrigger);
}

/** Stages are targets by their names only, whatever the case. Of several the last is meant. */
function findTarget(stages: readonly Stage[], target: string | undefined): number | undefined {
  if (target === undefined) return stages.length === 0 ? undefined : stages.length - 1;
  const wanted = toByteText(target).toLowerCase();
  const found = stages.findLastIndex(({ name }) => name === wanted);
  return found < 0 ? undefined : found;
}

function problemsOfStages(all: readonly StageNode[], needed: readonly StageNode[]): readonly LineProblem[] {
  return [...all.flatMap(({ problems }) => problems), ...needed.flatMap(({ doubts }) => doubts)];
}

function targetProblems(
  stages: readonly Stage[],
  found: number | undefined,
  { target = "" }: DockerfileInput,
): readonly LineProblem[] {
  if (found !== undefined || stages.length === 0) return [];
  const names = stages.flatMap(({ name }) => (name === undefined ? [] : fromByteText(name)));
  const remedy =
    names.length === 0 ? "None of its stages has a name." : `Its stages are ${names.join(", ")}.`;
  return [{ line: 1, what: `there is no stage \`${target}\`, which is the target`, remedy }];
}
