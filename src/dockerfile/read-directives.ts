import { fromByteText, toByteText, type ByteText } from "./byte-text.ts";
import type { LineProblem } from "./problems.ts";
import { trimStart, type Line } from "./split-lines.ts";

/** What the directives at the head of a Dockerfile say (BuildKit, frontend/dockerfile/parser/directives.go). */
export interface Directives {
  /** The character that escapes and that continues lines. */
  readonly escape: string;
  readonly frontend?: Frontend;
  readonly problems: readonly LineProblem[];
}

/** The image that is to read the file in BuildKit's place. */
export interface Frontend {
  readonly text: ByteText;
  readonly line: number;
  readonly start: number;
  /** Whether it stands in a form that no Dockerfile has: `//syntax=…` or JSON. */
  readonly isForeign: boolean;
}

interface Directive {
  readonly name: string;
  readonly value: ByteText;
  readonly line: number;
  readonly start: number;
}

const NAMES = ["syntax", "escape", "check"];

/** Reads the directives. They stand before all else; the first line that is none ends them. */
export function readDirectives(lines: readonly Line[]): Directives {
  const { directives, problems } = leadingDirectives(lines.map(trimStart), "#");
  const escape = directives.find(({ name }) => name === "escape");
  const frontend = findFrontend(lines);
  const isKnown = escape === undefined || ["\\", "`"].includes(escape.value);
  return {
    escape: isKnown ? (escape?.value ?? "\\") : "\\",
    ...(frontend === undefined ? {} : { frontend }),
    problems: isKnown ? problems : [...problems, badEscape(escape)],
  };
}

function leadingDirectives(lines: readonly Line[], prefix: string) {
  const directives: Directive[] = [];
  const problems: LineProblem[] = [];
  for (const line of lines) {
    const directive = parseDirective(line, prefix);
    if (directive === undefined) break;
    if (directives.some(({ name }) => name === directive.name)) problems.push(repeated(directive));
    else directives.push(directive);
  }
  return { directives, problems };
}

function parseDirective({ text, offset, number }: Line, prefix: string): Directive | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const match = /^([ \t\v\f\r]*([a-zA-Z][a-zA-Z0-9]*)[ \t\f\r]*=[ \t\f\r]*)([^]*[^ \t\f\r])[ \t\f\r]*$/.exec(
    text.slice(prefix.length),
  );
  const [, head = "", name = "", value = ""] = match ?? [];
  if (!NAMES.includes(name.toLowerCase())) return undefined;
  return { name: name.toLowerCase(), value, line: number, start: offset + prefix.length + head.length };
}

/** A `#!` line is skipped here, although it ends the other directives. */
function findFrontend(lines: readonly Line[]): Frontend | undefined {
  const rest = lines[0]?.text.startsWith("#!") === true ? lines.slice(1) : lines;
  for (const prefix of ["#", "//"]) {
    const { directives } = leadingDirectives(rest, prefix);
    const found = directives.find(({ name }) => name === "syntax");
    if (found === undefined) continue;
    const [text = ""] = found.value.split(" ");
    return { text, line: found.line, start: found.start, isForeign: prefix === "//" };
  }
  return frontendInJson(rest);
}

function frontendInJson(lines: readonly Line[]): Frontend | undefined {
  const text = lines.map((line) => line.text).join("\n");
  if (!text.trimStart().startsWith("{")) return undefined;
  const value = parseJson(fromByteText(text));
  if (typeof value !== "object" || value === null || !("syntax" in value)) return undefined;
  if (typeof value.syntax !== "string") return undefined;
  const written = toByteText(value.syntax);
  const line = lines.find((candidate) => candidate.text.includes(`"${written}"`)) ?? lines[0];
  const start = (line?.offset ?? 0) + (line?.text.indexOf(`"${written}"`) ?? 0) + 1;
  return { text: written, line: line?.number ?? 1, start, isForeign: true };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function repeated({ name, line }: Directive): LineProblem {
  return {
    line,
    what: `the directive \`${name}\` stands here a second time`,
    remedy: "BuildKit refuses that. Remove one of them.",
  };
}

function badEscape({ value, line }: Directive): LineProblem {
  return {
    line,
    what: `\`${fromByteText(value)}\` cannot be the escape character`,
    remedy: "It can be a backslash or a backquote.",
  };
}
