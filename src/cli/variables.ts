/** What the names of all variables begin with that stand for flags. */
export const VARIABLE_PREFIX = "MANAGE_IMAGES_";

/** The variable that stands for a flag: `MANAGE_IMAGES_DRY_RUN` for `dry-run`. */
export function variableOf(flag: string): string {
  return VARIABLE_PREFIX + flag.replaceAll("-", "_").toUpperCase();
}
