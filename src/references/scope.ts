import type { ReferenceSettings } from "../model/reference-settings.ts";
import { compileGlob } from "./globs.ts";

/** Directories of code that is others', and files that a tool writes from what stands elsewhere. */
const OTHERS =
  /(?:^|\/)(?:(?:third_party|vendor|node_modules)\/|(?:[^/]+[.-]lock(?:\.(?:json|ya?ml|hcl|toml))?|[^/]+\.lockb|go\.sum|npm-shrinkwrap\.json)$)/;

/**
 * Whether a file's references are managed at all. Left out by default are `third_party/`, `vendor/` and `node_modules/`,
 * wherever they are, and lock files. `always` are files that no setting leaves out.
 */
export function createScope(
  { include, exclude }: Pick<ReferenceSettings, "include" | "exclude">,
  always: ReadonlySet<string>,
): (path: string) => boolean {
  const included = include?.map(compileGlob);
  const rules = exclude.map((glob) => {
    const takesBack = glob.startsWith("!");
    return { takesBack, matches: compileGlob(takesBack ? glob.slice(1) : glob) };
  });
  return (path) => {
    if (always.has(path)) return true;
    if (included !== undefined && !included.some((matches) => matches(path))) return false;
    const last = rules.findLast(({ matches }) => matches(path));
    return last === undefined ? !OTHERS.test(path) : last.takesBack;
  };
}
