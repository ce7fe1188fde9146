import { fromByteText, type ByteText } from "./byte-text.ts";
import type { LineProblem } from "./problems.ts";
import { readFlags, type Flag } from "./read-flags.ts";
import { lineAt, rangeOf, type Instruction, type Range } from "./split-instructions.ts";
import { splitFields, type Field } from "./tokens.ts";

/** What a `COPY --from` or a `RUN --mount=from=` names: a stage, a named context or an image. */
export interface Source {
  readonly text: ByteText;
  readonly where: "copy-from" | "mount-from";
  readonly line: number;
  readonly written: Range;
}

/** One `RUN --mount`; of a key that stands there several times the last counts. */
export interface Mount {
  /** Keys in lower case; a key without a value has an empty one. */
  readonly fields: ReadonlyMap<string, Field>;
}

/** What an instruction takes files from, and why BuildKit will refuse it. */
export function findSources(instruction: Instruction) {
  const found = instruction.keyword === "copy" ? copySources(instruction) : mountSources(instruction);
  const isVariable = ({ text }: Source) => text.includes("$");
  return {
    sources: found.sources.filter((source) => !isVariable(source)),
    problems: [...found.problems, ...found.sources.filter(isVariable).map(variableInSource)],
  };
}

/** The mounts of a `RUN`; `undefined` for one that cannot be read. */
export function mountsOf({ text, args }: Instruction): readonly (Mount | undefined)[] {
  const flags = readFlags(text, args).flags.filter(({ name }) => name === "mount");
  return flags.map((flag) => parseMount(flag));
}

interface Found {
  readonly sources: readonly Source[];
  readonly problems: readonly LineProblem[];
}

function copySources(instruction: Instruction): Found {
  const { flags } = readFlags(instruction.text, instruction.args);
  const from = flags.filter(({ name, value }) => name === "from" && value !== "");
  return { sources: from.map((flag) => toSource(instruction, "copy-from", flag.value, flag)), problems: [] };
}

function mountSources(instruction: Instruction): Found {
  if (instruction.keyword !== "run") return { sources: [], problems: [] };
  const mounts = mountsOf(instruction);
  const sources = mounts.flatMap((mount) => {
    const from = mount?.fields.get("from");
    return from === undefined || from.text === ""
      ? []
      : [toSource(instruction, "mount-from", from.text, from)];
  });
  return { sources, problems: mounts.includes(undefined) ? [badMount(instruction)] : [] };
}

function parseMount({ value, positions }: Flag): Mount | undefined {
  const fields = splitFields(value);
  if (fields === undefined) return undefined;
  return { fields: new Map(fields.map((field) => splitKey(field, positions))) };
}

function splitKey(field: Field, positions: readonly number[]): readonly [string, Field] {
  const equals = field.text.indexOf("=");
  const keyEnd = equals < 0 ? field.text.length : equals;
  const valueStart = equals < 0 ? field.text.length : equals + 1;
  const value = {
    text: field.text.slice(valueStart),
    positions: field.positions.slice(valueStart).map((index) => positions[index] ?? 0),
  };
  return [field.text.slice(0, keyEnd).toLowerCase(), value];
}

function toSource(
  instruction: Instruction,
  where: Source["where"],
  text: ByteText,
  { positions }: Pick<Field, "positions">,
): Source {
  const start = positions[0] ?? 0;
  const end = (positions.at(-1) ?? 0) + 1;
  return { text, where, line: lineAt(instruction, start), written: rangeOf(instruction, start, end) };
}

function variableInSource({ text, where, line }: Source): LineProblem {
  const shown = fromByteText(text);
  const flag = where === "copy-from" ? "`COPY --from`" : "`from=` of a mount";
  return {
    line,
    what: `there is a variable in ${flag}: \`${shown}\``,
    remedy: `BuildKit refuses that. Give the image a stage, \`FROM ${shown} AS name\`, and take the files from \`name\`.`,
  };
}

function badMount({ line }: Instruction): LineProblem {
  return {
    line,
    what: "the quotes of a `--mount` are misplaced",
    remedy:
      "Write it as comma-separated `key=value`; a value with a comma needs quotes around the whole field.",
  };
}
