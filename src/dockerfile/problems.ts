import type { Problem } from "../errors.ts";

/** A problem of which only the line, counted from 1, is known. */
export interface LineProblem {
  readonly line: number;
  readonly what: string;
  readonly remedy?: string;
}

/** The problems of a file in the order of their lines, each said once. */
export function problemsOf(file: string, problems: readonly LineProblem[]): readonly Problem[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line);
  const unique = new Map(sorted.map((problem) => [`${problem.line} ${problem.what}`, problem]));
  return [...unique.values()].map(({ line, what, remedy }) => ({
    where: `${file}:${line}`,
    what,
    ...(remedy === undefined ? {} : { remedy }),
  }));
}
