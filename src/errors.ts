/**
 * Errors that speak to a person: what failed, on what, and what to do next.
 *
 * Anything that is thrown and is none of these is a bug of this program (exit code 70).
 */

/** A failure that the user can do something about. `exitCode` is the process's (see the design's section 9). */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly exitCode: number = 1;
  /** What to do next, one or more sentences, printed on a line of its own. */
  readonly remedy: string | undefined;
  /** Whether the same thing may well succeed a moment later. */
  readonly isTransient: boolean;

  constructor(
    message: string,
    options: { remedy?: string | undefined; cause?: unknown; isTransient?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.remedy = options.remedy;
    this.isTransient = options.isTransient ?? false;
  }
}

/** The command line was wrong: exit code 2. */
export class UsageError extends UserError {
  override readonly name: string = "UsageError";
  override readonly exitCode: number = 2;
}

/** One thing that is wrong with a configuration: where, what, and what to do. */
export interface Problem {
  /** The path of the key (`images.base.context`), or `file:line` for a Dockerfile. */
  readonly where: string;
  readonly what: string;
  readonly remedy?: string;
}

/** The configuration, or a Dockerfile it names, is wrong: exit code 2. Carries every problem, not just the first. */
export class ConfigurationError extends UserError {
  override readonly name: string = "ConfigurationError";
  override readonly exitCode: number = 2;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** The user interrupted the run: exit code 130. */
export class InterruptedError extends UserError {
  override readonly name: string = "InterruptedError";
  override readonly exitCode: number = 130;
}

/** `where: what` and, on a second line, the remedy. */
export function formatProblem(problem: Problem): string {
  const remedy = problem.remedy === undefined ? "" : `\n    ${problem.remedy}`;
  return `${problem.where}: ${problem.what}${remedy}`;
}
