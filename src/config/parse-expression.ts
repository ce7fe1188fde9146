import { createRequire } from "node:module";
import type * as Regexpp from "@eslint-community/regexpp";

type Node = Regexpp.AST.Node;

/** A regular expression's tree. */
export type Expression = Regexpp.AST.Pattern;

/** Loaded when a configuration has patterns: every start of the program would pay for it. */
const require = createRequire(import.meta.url);

/** The tree of a regular expression, or what is wrong with it. */
export function parseExpression(source: string): Expression | string {
  const { RegExpParser } = require("@eslint-community/regexpp") as typeof Regexpp;
  try {
    // What Node.js takes is asked, too: the parser may know newer syntax.
    new RegExp(source, "dgm");
    return new RegExpParser().parsePattern(source);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A capturing group, and whether every match has it exactly once. */
export interface NamedGroup {
  readonly isAlways: boolean;
}

/** The groups of an expression that have a name. */
export function groupsNamed(expression: Expression, name: string): readonly NamedGroup[] {
  return descendants(expression)
    .filter((node) => node.type === "CapturingGroup")
    .filter((node) => node.name === name)
    .map((node) => ({ isAlways: isAlways(node) }));
}

/** A node and all that is below it. */
export function descendants(node: Node): readonly Node[] {
  return [node, ...childrenOf(node).flatMap(descendants)];
}

function childrenOf(node: Node): readonly Node[] {
  if (node.type === "Quantifier") return [node.element];
  if (node.type === "Alternative") return node.elements;
  return "alternatives" in node ? node.alternatives : [];
}

function isAlways(node: Node): boolean {
  const { parent } = node;
  if (parent === null) return true;
  if (parent.type === "Assertion") return false;
  if (parent.type === "Quantifier" && (parent.min !== 1 || parent.max !== 1)) return false;
  if ("alternatives" in parent && parent.alternatives.length > 1) return false;
  return isAlways(parent);
}
