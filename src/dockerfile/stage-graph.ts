/**
 * What each stage is built from, and which stages the target needs (frontend/dockerfile/dockerfile2llb/convert.go).
 */
import { fromByteText, type ByteText } from "./byte-text.ts";
import { unreadable, type GlobalArgument } from "./arguments.ts";
import { findSources, type Source } from "./find-sources.ts";
import { LexerError } from "./lexer-error.ts";
import type { LineProblem } from "./problems.ts";
import type { Stage } from "./read-stages.ts";
import {
  contextNamed,
  isContext,
  resolveBase,
  resolveSource,
  type NamedContexts,
  type Names,
  type Origin,
} from "./resolve-name.ts";
import { lex, type Lexed } from "./shell-lexer.ts";
import { lineAt, type Instruction } from "./split-instructions.ts";

/** A stage with its names resolved. */
export interface StageNode {
  readonly stage: Stage;
  readonly base: Origin;
  /** Whether a named context, its base, stands in for it: its instructions are not run. */
  readonly isReplaced: boolean;
  readonly sources: readonly ResolvedSource[];
  /** The instructions that its base hands it, which come before its own. */
  readonly inherited: readonly Inherited[];
  /** What BuildKit refuses even if the stage is not needed. */
  readonly problems: readonly LineProblem[];
  /** What cannot be known, or is refused only if the stage is needed. */
  readonly doubts: readonly LineProblem[];
}

/** An instruction that was held back by an `ONBUILD`. */
export interface Inherited {
  readonly instruction: Instruction;
  /** Whether it stands in this file, and not in the configuration of an image. */
  readonly isLocal: boolean;
}

/** A source and what it stands for. */
export interface ResolvedSource {
  readonly source: Source;
  readonly origin: Origin;
  /** The trigger that it comes from, if any. */
  readonly inherited?: Inherited;
}

/** What stages are resolved with. */
export interface GraphInput {
  readonly globals: ReadonlyMap<string, GlobalArgument>;
  readonly configured: ReadonlyMap<string, string>;
  readonly contexts: NamedContexts;
  readonly escape: string;
  /** What an image hands to the stages that are built from it. */
  readonly triggersOf: (origin: Origin) => readonly Instruction[];
}

/** Resolves the names of all stages. */
export function resolveStages(stages: readonly Stage[], input: GraphInput): readonly StageNode[] {
  const bases = resolveBases(stages, input);
  return stages.map((stage, index) => {
    const base = bases.resolved[index] ?? noBase();
    const inherited = triggersFor(base.origin, stages, input);
    const found = resolveSources(stage, index, inherited, bases.names);
    return {
      stage,
      base: base.origin,
      isReplaced: base.isReplaced,
      sources: found.sources,
      inherited,
      problems: [...base.problems, ...found.problems],
      doubts: [...base.doubts, ...found.doubts],
    };
  });
}

/** The numbers of the stages that the target needs, itself included, in ascending order. */
export function reachableStages(nodes: readonly StageNode[], target: number): readonly number[] {
  const reached = new Set<number>();
  const open = [target];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = nodes[next];
    if (node === undefined || reached.has(next)) continue;
    reached.add(next);
    for (const origin of [node.base, ...node.sources.map((source) => source.origin)]) {
      if (origin.kind === "stage") open.push(origin.stage);
    }
  }
  return [...reached].sort((a, b) => a - b);
}

interface ResolvedBase {
  readonly origin: Origin;
  readonly isReplaced: boolean;
  readonly problems: readonly LineProblem[];
  readonly doubts: readonly LineProblem[];
}

function noBase(): ResolvedBase {
  return { origin: { kind: "no-image" }, isReplaced: false, problems: [], doubts: [] };
}

/** Each `FROM` sees the stages before it. */
function resolveBases(stages: readonly Stage[], input: GraphInput) {
  const known = new Map<string, number>();
  const imagesBut = (index: number) =>
    new Set(stages.flatMap(({ base }, i) => (i === index ? [] : base.text)));
  const namesBut = (index: number): Names => {
    return { stages: known, count: stages.length, contexts: input.contexts, images: imagesBut(index) };
  };
  const resolved = stages.map((stage, index) => {
    // That a name stands in this `FROM` is no evidence that it is right.
    const base = resolveStageBase(stage, namesBut(index), input);
    if (stage.name !== undefined) known.set(stage.name, index);
    return base;
  });
  return { resolved, names: namesBut(-1) };
}

function resolveStageBase(stage: Stage, names: Names, input: GraphInput): ResolvedBase {
  if (stage.name !== undefined && isContext(input.contexts, stage.name))
    return { ...noBase(), origin: contextNamed(stage.name), isReplaced: true };
  const line = lineAt(stage.from, stage.base.start);
  const base = expand(stage.base.text, line, input);
  if ("problem" in base) return { ...noBase(), problems: [base.problem] };
  const doubts = [
    ...missingValues(stage.base.text, base, line, input),
    ...platformDoubts(stage, line, input),
  ];
  const origin = base.text === "" ? blankBase(stage) : resolveBase(base.text, names);
  if (origin.kind !== "unknown") return { origin, isReplaced: false, problems: [], doubts };
  const problems = doubts.length > 0 ? doubts : [{ line, what: origin.what, remedy: origin.remedy }];
  return { origin, isReplaced: false, problems, doubts: [] };
}

function expand(text: ByteText, line: number, { globals, escape }: GraphInput) {
  try {
    return lex(text, { escape, lookup: (name) => globals.get(name) });
  } catch (error) {
    if (error instanceof LexerError) return { problem: unreadable(line, text, error) };
    throw error;
  }
}

function blankBase({ base }: Stage): Origin {
  const what = `nothing is left of \`${fromByteText(base.text)}\``;
  return { kind: "unknown", what, remedy: "Give its arguments values." };
}

function missingValues(
  text: ByteText,
  { missing }: Lexed,
  line: number,
  input: GraphInput,
): readonly LineProblem[] {
  return missing.map((name) => ({
    line,
    what: `the argument \`${name}\` in \`${fromByteText(text)}\` has no value`,
    remedy: input.configured.has(name)
      ? `It is configured, but no \`ARG ${name}\` stands before the first FROM, where arguments of FROM are declared.`
      : `Put \`ARG ${name}=…\` before the first FROM, or set it in the configuration's \`args\`.`,
  }));
}

function platformDoubts({ platform }: Stage, line: number, input: GraphInput): readonly LineProblem[] {
  if (platform === undefined) return [];
  const expanded = expand(platform, line, input);
  return "problem" in expanded ? [expanded.problem] : missingValues(platform, expanded, line, input);
}

function triggersFor(
  base: Origin,
  stages: readonly Stage[],
  { triggersOf }: GraphInput,
): readonly Inherited[] {
  if (base.kind !== "stage") return triggersOf(base).map((instruction) => ({ instruction, isLocal: false }));
  const triggers = stages[base.stage]?.triggers ?? [];
  return triggers.map((instruction) => ({ instruction, isLocal: true }));
}

/** An instruction that a stage runs. */
interface Holder {
  readonly instruction: Instruction;
  readonly inherited?: Inherited;
}

function resolveSources(stage: Stage, index: number, inherited: readonly Inherited[], names: Names) {
  const holders: readonly Holder[] = [
    ...inherited.map((each) => ({ instruction: each.instruction, inherited: each })),
    ...stage.instructions.map((instruction) => ({ instruction })),
  ];
  const found = holders.map((holder) => resolveHolder(holder, stage, index, names));
  return {
    sources: found.flatMap(({ sources }) => sources),
    problems: found.flatMap(({ problems }) => problems),
    doubts: found.flatMap(({ doubts }) => doubts),
  };
}

function resolveHolder({ instruction, inherited }: Holder, stage: Stage, index: number, names: Names) {
  // An instruction of another image's has no line in this file; the FROM that brings it along has.
  const lineOf = (line: number) => (inherited?.isLocal === false ? stage.from.line : line);
  const found = findSources(instruction);
  const problems = found.problems.map((problem) => ({ ...problem, line: lineOf(problem.line) }));
  const doubts: LineProblem[] = [];
  const sources = found.sources.map((source) => {
    const origin = resolveSource(source.text, source.where, names);
    const line = lineOf(source.line);
    if (origin.kind === "unknown") problems.push({ line, what: origin.what, remedy: origin.remedy });
    if (origin.kind === "stage" && origin.stage === index) problems.push(takesFromItself(source, line));
    if (origin.kind === "stage" && origin.stage > index) doubts.push(comesLater(source, line));
    return { source: { ...source, line }, origin, ...(inherited === undefined ? {} : { inherited }) };
  });
  return { sources, problems, doubts };
}

function takesFromItself({ text }: Source, line: number): LineProblem {
  const what = `the stage takes files from itself (\`${fromByteText(text)}\`)`;
  return { line, what, remedy: "Name another stage or an image." };
}

function comesLater({ text }: Source, line: number): LineProblem {
  const what = `the stage \`${fromByteText(text)}\` is defined further down`;
  return { line, what, remedy: "BuildKit takes files from earlier stages only. Move that stage up." };
}
