import { declaredArguments, valueOf, type Declared } from "./arguments.ts";
import { fromByteText, type ByteText } from "./byte-text.ts";
import { LexerError } from "./lexer-error.ts";
import { lex, type Value } from "./shell-lexer.ts";
import type { Instruction } from "./split-instructions.ts";
import type { StageNode } from "./stage-graph.ts";
import { splitQuotedWords } from "./tokens.ts";

/** The variables of a stage whose values are known. Base images can set any other. */
export type Environment = ReadonlyMap<string, ByteText>;

/** What gives variables their values, besides the stage's own instructions. */
export interface EnvironmentInput {
  readonly globals: ReadonlyMap<string, Value>;
  readonly configured: ReadonlyMap<string, string>;
  readonly escape: string;
}

/** The environment behind an instruction. */
export function afterInstruction(
  instruction: Instruction,
  before: Environment,
  input: EnvironmentInput,
): Environment {
  if (instruction.keyword === "arg") return afterArg(instruction, before, input);
  return instruction.keyword === "env" ? afterEnv(instruction, before, input.escape) : before;
}

/** A stage inherits the variables of the stage that it is built from, arguments included. */
export function environmentBefore(
  nodes: readonly StageNode[],
  { base }: StageNode,
  input: EnvironmentInput,
): Environment {
  const parent = base.kind === "stage" ? nodes[base.stage] : undefined;
  if (parent === undefined || parent.isReplaced) return new Map();
  return instructionsOf(parent).reduce(
    (environment, instruction) => afterInstruction(instruction, environment, input),
    environmentBefore(nodes, parent, input),
  );
}

/** What a stage runs: what its base hands it, then its own. */
export function instructionsOf({ inherited, stage }: StageNode): readonly Instruction[] {
  return [...inherited.map(({ instruction }) => instruction), ...stage.instructions];
}

/** The text with its variables filled in, as UTF-8; `undefined` if one of them is not known. */
export function fillIn(word: ByteText, environment: Environment, escape: string): string | undefined {
  const filled = expand(word, environment, escape);
  return filled === undefined ? undefined : fromByteText(filled);
}

function expand(word: ByteText, environment: Environment, escape: string): ByteText | undefined {
  try {
    const { text, missing, unset } = lex(word, { escape, lookup: (name) => lookUp(environment, name) });
    return missing.length > 0 || unset.length > 0 ? undefined : text;
  } catch (error) {
    if (error instanceof LexerError) return undefined;
    throw error;
  }
}

function lookUp(environment: Environment, name: string): Value | undefined {
  const text = environment.get(name);
  return text === undefined ? undefined : { text, missing: [] };
}

function afterArg(instruction: Instruction, before: Environment, input: EnvironmentInput): Environment {
  const after = new Map(before);
  for (const declared of declaredArguments(instruction, input.escape)) {
    const text = argumentText(declared, after, input);
    const isNew = !after.has(declared.name);
    // Whether an ARG or an earlier ENV of the same name wins depends on BuildKit's version.
    if (text !== undefined && (isNew || after.get(declared.name) === text)) after.set(declared.name, text);
    else if (text !== undefined || declared.default !== undefined) after.delete(declared.name);
  }
  return after;
}

function argumentText(
  declared: Declared,
  environment: Environment,
  { globals, configured, escape }: EnvironmentInput,
): ByteText | undefined {
  const given = configured.get(declared.name);
  if (given !== undefined) return valueOf(given).text;
  if (declared.default !== undefined) return expand(declared.default.text, environment, escape);
  const value = globals.get(declared.name);
  return value?.missing.length === 0 ? value.text : undefined;
}

/** All values of one instruction see the environment before it. */
function afterEnv(instruction: Instruction, before: Environment, escape: string): Environment {
  const after = new Map(before);
  for (const [name, word] of assignments(instruction, escape)) {
    const text = expand(word, before, escape);
    if (text === undefined) after.delete(name);
    else after.set(name, text);
  }
  return after;
}

/** `ENV name=value …`, or the old `ENV name value with spaces`; `LABEL` is written like that, too. */
export function assignments(
  { text, args }: Instruction,
  escape: string,
): readonly (readonly [string, ByteText])[] {
  const words = splitQuotedWords(text, args, escape);
  if (words[0]?.text.includes("=") !== true) {
    const match = /^([^ \t\v\f\r]+)[ \t\v\f\r]+([^]*)$/.exec(text.slice(args));
    return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ""]];
  }
  return words.map((word) => {
    const equals = word.text.indexOf("=");
    return [word.text.slice(0, Math.max(equals, 0)), word.text.slice(equals + 1)];
  });
}
