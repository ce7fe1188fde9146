/**
 * `.dockerignore` as BuildKit applies it (github.com/moby/patternmatcher 0.6.1 with its `ignorefile`, walked as by
 * github.com/tonistiigi/fsutil, filter.go).
 *
 * The library to be had, `@balena/dockerignore` 1.0.2, is not used: of the 32 files that the tests hold against the real
 * BuildKit it gets four wrong. It takes no heed of capitals, does not know `**name` and letters behind a backslash as
 * BuildKit does, and brings back children of an ignored directory where their parent is excepted.
 */
import { posix } from "node:path";
import { UserError } from "../errors.ts";
import { compile, quote, toExpression } from "./glob.ts";
import { KEEPS_ALL, type Filter } from "./reach.ts";

interface Pattern {
  /** Whether it takes back what an earlier pattern left out (`!`). */
  readonly isException: boolean;
  readonly text: string;
  readonly expression: RegExp;
}

/** What the patterns say of a path, and which of them mean it or a directory above it. */
interface Verdict {
  readonly isIgnored: boolean;
  readonly matched: readonly boolean[];
}

/**
 * Reads a `.dockerignore`. The filter keeps what is not ignored, paths being from the context's root. Throws a
 * `UserError` for a pattern that BuildKit refuses.
 */
export function parseDockerignore(text: string): Filter {
  const patterns = text
    .replace(/^\ufeff/, "")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parsePattern);
  if (patterns.length === 0) return KEEPS_ALL;
  const exceptions = patterns.filter(({ isException }) => isException);
  const judge = createJudge(patterns);
  return {
    keeps: (path) => !judge(path).isIgnored,
    enters: (directory) =>
      !judge(directory).isIgnored ||
      exceptions.some(({ text: exception }) => mayBeBelow(exception, directory)),
    keepsAllBelow: () => false,
    namesIn: () => "any",
  };
}

function parsePattern(line: string): Pattern {
  const whole = cleanPath(line.startsWith("!") ? `!${cleanPath(line.slice(1).trim())}` : line);
  const isException = whole.startsWith("!");
  const text = isException ? whole.slice(1) : whole;
  const across = isSuffix(text) ? ".*" : "(?:.*/)?";
  const source = toExpression(text, { across: (isLast) => (isLast ? ".*" : across), escaped });
  const expression = source === undefined ? undefined : compile(source);
  if (expression === undefined || text === "") throw malformed(line);
  return { isException, text, expression };
}

/** An escaped letter is taken for what it is in Go's regular expressions: `\d` is a digit, `\a` the bell. */
function escaped(character: string): string | undefined {
  if (!/[A-Za-z0-9]/.test(character)) return quote(character);
  if (character === "a") return "\\x07";
  return "fnrtvdDsSwWbB".includes(character) ? `\\${character}` : undefined;
}

/** Go's `path/filepath.Clean`, and without a slash at the start. */
function cleanPath(path: string): string {
  return path === ""
    ? ""
    : posix
        .normalize(path)
        .replace(/(?<=.)\/$/, "")
        .replace(/^\/(?=.)/, "");
}

/** `**name` means every path that ends like that: here, and only here, `**` can end amid a name. */
function isSuffix(pattern: string): boolean {
  return /^\*\*[^/*?[\]\\][^*?[\]\\]*$/.test(pattern);
}

/** What holds of a directory holds of what is below it, pattern by pattern; so directories are judged once. */
function createJudge(patterns: readonly Pattern[]): (path: string) => Verdict {
  const known = new Map<string, Verdict>();
  const judgeDirectory = (path: string): Verdict => {
    const verdict = known.get(path) ?? judge(path);
    known.set(path, verdict);
    return verdict;
  };
  const judge = (path: string): Verdict => {
    const slash = path.lastIndexOf("/");
    return applyPatterns(patterns, path, slash < 0 ? [] : judgeDirectory(path.slice(0, slash)).matched);
  };
  return judge;
}

/** The last pattern that means the path decides. One that would change nothing is not even tried. */
function applyPatterns(patterns: readonly Pattern[], path: string, inherited: readonly boolean[]): Verdict {
  let isIgnored = false;
  const matched = patterns.map(({ isException, expression }, index) => {
    const isMatch = inherited[index] === true || (isException === isIgnored && expression.test(path));
    if (isMatch) isIgnored = !isException;
    return isMatch;
  });
  return { isIgnored, matched };
}

/** Whether an exception may mean something below an ignored directory, judged by its components without wildcards. */
function mayBeBelow(exception: string, directory: string): boolean {
  const parts = exception.split("/");
  const firstWild = parts.findIndex((part) => /[*?[\\]/.test(part));
  const fixed = firstWild < 0 ? parts : parts.slice(0, firstWild);
  const below = directory.split("/");
  if (fixed.some((part, index) => index < below.length && part !== below[index])) return false;
  return firstWild >= 0 || fixed.length > below.length;
}

function malformed(line: string): UserError {
  return new UserError(`The pattern \`${line}\` in a .dockerignore is malformed.`, {
    remedy: "Close every `[`, and put a pattern behind every `!`.",
  });
}
