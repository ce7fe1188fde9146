/**
 * Comments that leave an instruction alone: `# manage-images: lint-ignore RULE, RULE -- why`, above it or among its lines.
 */
import { nearest } from "../model/nearest.ts";
import { isRuleName, RULES } from "../model/violation.ts";
import type { DockerfileStructure, Instruction } from "../dockerfile/read-dockerfile.ts";
import { bodyLines, linesOf, type Lines } from "./instructions.ts";
import type { Found } from "./linted.ts";

const COMMENT = /^\s*#\s*manage-images:\s*lint-ignore\b(?<rules>.*)$/;

/** What is to be left alone. */
export interface Ignored {
  readonly rule: string;
  readonly lines: Lines;
}

/** What the comments of a file leave alone, and those that mean no rule that there is. */
export function readIgnoreComments(bytes: Uint8Array, { instructions }: DockerfileStructure) {
  const ignored: Ignored[] = [];
  const misspelt: Found[] = [];
  for (const [index, text] of linesIn(bytes).entries()) {
    const rules = COMMENT.exec(text)?.groups?.["rules"];
    const line = index + 1;
    if (rules === undefined || instructions.some((instruction) => isIn(line, bodyLines(instruction))))
      continue;
    const names = rulesIn(rules);
    const known = names.filter(isRuleName);
    const column = text.indexOf("#") + 1;
    if (names.length === 0) misspelt.push({ ...NO_RULE, at: { line, column } });
    for (const name of names.filter((each) => !isRuleName(each)))
      misspelt.push({ ...unknownRule(name), at: { line, column } });
    const target = instructionAt(instructions, line);
    if (target !== undefined) ignored.push(...known.map((rule) => ({ rule, lines: linesOf(target) })));
  }
  return { ignored, misspelt };
}

/** Whether a comment leaves alone what a rule found on a line. */
export function isIgnored(ignored: readonly Ignored[], rule: string, line: number): boolean {
  return ignored.some((each) => each.rule === rule && isIn(line, each.lines));
}

const EXAMPLE = "write `# manage-images: lint-ignore root-user`";
const NO_RULE = {
  rule: "unknown-rule",
  message: "this comment names no rule, so that it leaves nothing alone",
  remedy: EXAMPLE,
} as const;

function unknownRule(name: string) {
  const near = nearest(name, Object.keys(RULES));
  return {
    rule: "unknown-rule",
    message: `there is no rule \`${name}\``,
    remedy:
      near.length === 0 ? "`manage-images lint --help` lists the rules" : `write \`${near.join("` or `")}\``,
  } as const;
}

/** What stands behind `--` is for people. */
function rulesIn(text: string): readonly string[] {
  return text
    .replace(/(?:^|\s)--(?:\s.*)?$/, "")
    .split(/[\s,]+/)
    .filter((name) => name !== "");
}

/** The instruction whose lines a comment stands in, or else the one below it. */
function instructionAt(instructions: readonly Instruction[], line: number): Instruction | undefined {
  return instructions.find((instruction) => linesOf(instruction).last >= line);
}

function isIn(line: number, { first, last }: Lines): boolean {
  return first <= line && line <= last;
}

function linesIn(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes).toString("utf8").split(/\r?\n/);
}
