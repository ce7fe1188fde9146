import type { Diagnosis } from "../model/diagnosis.ts";
import { countOf } from "./amounts.ts";
import type { Colours, Paint } from "./colours.ts";
import { printableLines } from "./printable.ts";

/** What a look around found, for people: a line for each thing, what to do below it, and what it comes to. */
export function formatDiagnoses(diagnoses: readonly Diagnosis[], colours: Colours): string {
  const width = Math.max(...diagnoses.map(({ subject }) => subject.length));
  const lines = diagnoses.flatMap(({ subject, state, found, remedy }) => [
    `${markOf(state, colours)}  ${subject.padEnd(width)}  ${indented(found, width)}`,
    ...(remedy === undefined
      ? []
      : [`${" ".repeat(INDENT + width)}${colours.cyan("→")} ${indented(remedy, width + 2)}`]),
  ]);
  return `${[...lines, "", conclusion(diagnoses)].join("\n")}\n`;
}

/** The same for other tools. */
export function formatDiagnosesJson(diagnoses: readonly Diagnosis[]): string {
  return `${JSON.stringify({ checks: diagnoses }, undefined, 2)}\n`;
}

/** The mark and two gaps. */
const INDENT = 11;

/** Its lines, all but the first below the first. */
function indented(text: string, width: number): string {
  return printableLines(text).join(`\n${" ".repeat(INDENT + width)}`);
}

function markOf(state: Diagnosis["state"], colours: Colours): string {
  const paints: Readonly<Record<Diagnosis["state"], Paint>> = {
    ok: colours.green,
    warning: colours.yellow,
    problem: colours.red,
    skipped: colours.dim,
  };
  return `${paints[state](state)}${" ".repeat("problem".length - state.length)}`;
}

function conclusion(diagnoses: readonly Diagnosis[]): string {
  const count = (wanted: Diagnosis["state"]) => diagnoses.filter(({ state }) => state === wanted).length;
  const warnings = count("warning") > 0 ? `, ${countOf(count("warning"), "warning")}` : "";
  return count("problem") > 0
    ? `${countOf(count("problem"), "problem")}${warnings}.`
    : `All that runs need is there${warnings}.`;
}
