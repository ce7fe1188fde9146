/**
 * Whether a regular expression can be matched against the same text in many ways, so that to find out that it does not
 * match takes time that grows with a power of the text's length, or exponentially.
 *
 * Only what is certain passes: loops are over single characters, so that nothing is exponential; and no text can be
 * shared out between two loops in more than one way, because something that stands between them belongs to neither. What
 * is left is the search for the beginning, which is bounded by the window that a pattern is applied to.
 */
import { haveCommonCharacter } from "./character-sets.ts";
import type { Finding } from "./finding.ts";
import { descendants, type Expression } from "./parse-expression.ts";
import type { AST } from "@eslint-community/regexpp";

/** One character of a match, or a run of characters of one kind. */
interface Step {
  readonly raw: string;
  /** The expression for one character of it. */
  readonly character: string;
  readonly isLoop: boolean;
  readonly canBeSkipped: boolean;
}

type Path = readonly Step[];

/** More alternatives than anybody writes by hand. */
const MOST_PATHS = 100;

/** What makes an expression too costly. */
export function findCostProblem(expression: Expression): Finding | undefined {
  const odd = descendants(expression)
    .map(findOddity)
    .find((finding) => finding !== undefined);
  if (odd !== undefined) return odd;
  const paths = pathsOf(expression.alternatives);
  if (paths.length > MOST_PATHS)
    return { what: "has too many alternatives", remedy: "Write several patterns." };
  return paths.map(findAmbiguity).find((finding) => finding !== undefined);
}

function findOddity(node: AST.Node): Finding | undefined {
  if (node.type === "Backreference")
    return { what: `has ${node.raw}, a reference back`, remedy: "Write it out." };
  if (node.type === "Assertion" && descendants(node).some((inner) => inner.type === "Quantifier"))
    return { what: `has a loop in ${node.raw}`, remedy: "Look around for single characters only." };
  if (node.type !== "Quantifier" || node.max <= 1 || isSingle(node.element)) return undefined;
  const remedy = "Repeat single characters only, such as [\\w./-]+, or write it out.";
  return { what: `repeats a group: ${node.raw}`, remedy };
}

function isSingle({ type }: AST.Element): boolean {
  return type === "Character" || type === "CharacterClass" || type === "CharacterSet";
}

/** Every way through the expression, as far as loops do not tell. */
function pathsOf(alternatives: readonly AST.Alternative[]): readonly Path[] {
  return atMost(
    alternatives.flatMap(({ elements }) =>
      elements.map(waysThrough).reduce((paths, ways) => atMost(joined(paths, ways)), [[]]),
    ),
  );
}

function joined(paths: readonly Path[], ways: readonly Path[]): readonly Path[] {
  return paths.flatMap((path) => ways.map((way) => [...path, ...way]));
}

function atMost(paths: readonly Path[]): readonly Path[] {
  return paths.slice(0, MOST_PATHS + 1);
}

function waysThrough(element: AST.Element): readonly Path[] {
  switch (element.type) {
    case "Group":
    case "CapturingGroup":
      return pathsOf(element.alternatives);
    case "Quantifier":
      if (isSingle(element.element)) return [[repeated(element)]];
      return [...(element.min === 0 ? [[]] : []), ...(element.max === 0 ? [] : waysThrough(element.element))];
    case "Character":
    case "CharacterClass":
    case "CharacterSet":
      return [[{ raw: element.raw, character: element.raw, isLoop: false, canBeSkipped: false }]];
    case "Assertion":
    case "Backreference":
    case "ExpressionCharacterClass":
      return [[]];
  }
}

function repeated({ raw, element, min, max }: AST.Quantifier): Step {
  return { raw, character: element.raw, isLoop: max > Math.max(min, 1), canBeSkipped: min === 0 };
}

function findAmbiguity(path: Path): Finding | undefined {
  for (const [end, second] of path.entries()) {
    const start = path.findIndex((first, index) => index < end && canShare(path, index, end, first, second));
    const first = path[start];
    if (first === undefined) continue;
    const what = `can be matched in more than one way: ${first.raw} and ${second.raw} can share a text`;
    return { what, remedy: "Put a character between them that neither can match, such as [^@\\s]+@." };
  }
  return undefined;
}

/** Whether some text can belong to either of two loops: all that must stand between them can be made of it. */
function canShare(path: Path, start: number, end: number, first: Step, second: Step): boolean {
  if (!first.isLoop || !second.isLoop) return false;
  const between = path.slice(start + 1, end).filter(({ canBeSkipped }) => !canBeSkipped);
  return [second, ...between].every((step) =>
    haveCommonCharacter([first.character, second.character, step.character]),
  );
}
