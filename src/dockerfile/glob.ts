/**
 * Paths with wildcards as Go's `path/filepath.Match` has them (https://pkg.go.dev/path/filepath#Match), component by
 * component: `*`, `?`, `[…]`, and `\` in front of any of them. A component `**` stands for any number of components.
 */

/** A pattern's component, ready to be matched. `undefined` is `**`. */
type Component =
  { readonly expression: RegExp; /** The one name that it means. */ readonly name?: string } | undefined;

/** A pattern that paths can be held against. */
export interface PathPattern {
  /** Whether the path is one that the pattern means. */
  matches(path: string): boolean;
  /** Whether the path, or a directory above it, is one that the pattern means. */
  contains(path: string): boolean;
  /** Whether something below the path may be one that the pattern means. */
  mayBeBelow(path: string): boolean;
  /** The names in a directory that lead to what the pattern means, or are it, or lie in it; "any" if it can be every name. */
  namesIn(directory: string): readonly string[] | "any";
}

/** Compiles a pattern. A component that is malformed matches every name: too much is safe, too little is not. */
export function parsePathPattern(pattern: string): PathPattern {
  const components = pattern.split("/").map((part) => (part === "**" ? undefined : parseComponent(part)));
  return {
    matches: (path) => reaches(components, path.split("/"), "whole"),
    contains: (path) => reaches(components, path.split("/"), "pattern"),
    mayBeBelow: (path) => reaches(components, path.split("/"), "path"),
    namesIn: (directory) => nextNames(components, directory === "" ? [] : directory.split("/")),
  };
}

/** The text as a pattern that means just that path. */
export function quotePath(path: string): string {
  return path.replace(/[*?[\\]/g, "\\$&");
}

/** Walks pattern and path side by side, until both are used up (`whole`), the pattern is, or the path is. */
function reaches(
  pattern: readonly Component[],
  path: readonly string[],
  until: "whole" | "pattern" | "path",
  at = 0,
  from = 0,
): boolean {
  if (at === pattern.length) return until === "pattern" || (until === "whole" && from === path.length);
  const component = pattern[at];
  const name = path[from];
  if (name === undefined)
    return until === "path" || (component === undefined && reaches(pattern, path, until, at + 1, from));
  if (component !== undefined)
    return component.expression.test(name) && reaches(pattern, path, until, at + 1, from + 1);
  return reaches(pattern, path, until, at + 1, from) || reaches(pattern, path, until, at, from + 1);
}

function nextNames(pattern: readonly Component[], directory: readonly string[]): readonly string[] | "any" {
  for (const [index, name] of directory.entries()) {
    const component = pattern[index];
    if (component === undefined) return "any";
    if (!component.expression.test(name)) return [];
  }
  const name = pattern[directory.length]?.name;
  return name === undefined ? "any" : [name];
}

function parseComponent(component: string): Component {
  const expression = toExpression(component, { across: () => "[^/]*", escaped: quote });
  const compiled = expression === undefined ? undefined : compile(expression);
  if (compiled === undefined) return { expression: /^/ };
  return { expression: compiled, ...(/[*?[\\]/.test(component) ? {} : { name: component }) };
}

const TOKEN = /\\(.)|\*\*\/?|\*|\?|\[(\^?)((?:\\.|[^\]\\])+)\]|[^*?[\\]/gsuy;

/** What two parts of a pattern come to as the text of a regular expression. */
export interface Dialect {
  /** `**`, with the slash behind it if there is one. */
  across(isLast: boolean): string;
  /** A character behind a backslash. */
  escaped(character: string): string | undefined;
}

/** The pattern as a regular expression's text, `undefined` if it is malformed. */
export function toExpression(pattern: string, dialect: Dialect): string | undefined {
  let expression = "";
  let end = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const token = match[0].startsWith("**")
      ? dialect.across(end === pattern.length)
      : fromToken(match, dialect);
    if (token === undefined) return undefined;
    expression += token;
  }
  return end === pattern.length ? expression : undefined;
}

/** The text of a regular expression that means just this text. */
export function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The regular expression for a whole text, `undefined` if it is malformed. */
export function compile(expression: string): RegExp | undefined {
  try {
    return new RegExp(`^${expression}$`, "su");
  } catch {
    return undefined;
  }
}

function fromToken([token, escaped, negation, characters]: RegExpExecArray, dialect: Dialect) {
  if (escaped !== undefined) return dialect.escaped(escaped);
  if (characters !== undefined) return `[${negation ?? ""}${characters.replace(/[[^]/g, "\\$&")}]`;
  if (token === "*") return "[^/]*";
  return token === "?" ? "[^/]" : quote(token);
}
