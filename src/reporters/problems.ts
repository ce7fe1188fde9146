import { ConfigurationError, formatProblem, type UserError } from "../errors.ts";
import { countOf } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { printableLines } from "./printable.ts";

/** An error as a person reads it on standard error: what failed and, on lines of their own, what to do. */
export function formatError(error: UserError, colours: Colours): string {
  const [first = "", ...more] =
    error instanceof ConfigurationError ? problemLines(error) : printableLines(error.message);
  const remedy = error.remedy === undefined ? [] : printableLines(error.remedy);
  const lines = [
    `${colours.red("error:")} ${first}`,
    ...more,
    ...remedy.map((line) => `  ${colours.cyan(line)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function problemLines({ problems }: ConfigurationError): readonly string[] {
  const listed = problems.flatMap((problem) =>
    printableLines(formatProblem(problem)).map((line) => `  ${line}`),
  );
  return [`${countOf(problems.length, "problem")} in the configuration:`, ...listed];
}
