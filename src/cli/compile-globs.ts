import { UsageError } from "../errors.ts";
import { compileGlob } from "../references/globs.ts";

/** Whether a text matches one of a flag's globs; none does where there are no globs. */
export function matcherOf(flag: string, globs: readonly string[]): (text: string) => boolean {
  if (globs.includes("")) throw new UsageError(`${flag} takes a glob, such as ${flag} 'deploy/**/*.yaml'`);
  const matchers = globs.map(compileGlob);
  return (text) => matchers.some((matches) => matches(text));
}
