/**
 * The linter: is each Dockerfile written as it should be? What rules look at is gathered from all images, because what this
 * program knows beside one file is in the others: who is built on it, what it stands on, which of its stages are used.
 */
import { parseDockerignore } from "../dockerfile/dockerignore.ts";
import { readStructure, type DockerfileStructure, type StageNode } from "../dockerfile/read-dockerfile.ts";
import type { Image } from "../model/image.ts";
import { RULES, type Violation } from "../model/violation.ts";
import { findViolations } from "../lint/find-violations.ts";
import type { Linted, LintedContext, Unpinned } from "../lint/linted.ts";
import type { Checkout } from "../ports.ts";
import { positionsIn } from "../references/positions.ts";
import { pathInCheckout, readIgnoreFile } from "./context-entries.ts";
import { judgeUses } from "./judge-dockerfiles.ts";
import { survey, type Survey, type SurveyedImage } from "./survey.ts";
import type { Configured } from "./world.ts";

/** Finds what breaks a rule in the Dockerfiles of the named images, by file, line and column. */
export async function lint(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  configured: Configured,
  named: readonly string[] | "all",
): Promise<readonly Violation[]> {
  const surveyed = await survey(checkout, configured, "may differ");
  const structures = new Map(
    [...surveyed.images].map(([name, { input }]) => [name, readStructure(input)] as const),
  );
  const bases = new Set([...structures.values()].map((each) => parentOf(surveyed, chainOf(each))));
  const violations: Violation[] = [];
  for (const each of surveyed.images.values()) {
    if (named !== "all" && !named.includes(each.image.name)) continue;
    const isBase = bases.has(each.image.name);
    const linted = {
      ...lintedOf(surveyed, structures, each),
      isBase,
      context: await contextOf(checkout, each),
    };
    violations.push(...violationsOf(each.image, linted));
  }
  return unique(violations).toSorted(byPlace);
}

type Structures = ReadonlyMap<string, DockerfileStructure>;

function violationsOf(image: Image, linted: Linted): readonly Violation[] {
  const positionOf = (offset: number) => positionsIn(linted.bytes)(offset);
  return findViolations(linted, positionOf).flatMap((found): readonly Violation[] => {
    const severity = image.lint?.[found.rule] ?? RULES[found.rule];
    if (severity === "off") return [];
    const { rule, line, column, message, remedy } = found;
    return [{ rule, severity, file: image.dockerfile, line, column, image: image.name, message, remedy }];
  });
}

function lintedOf(
  surveyed: Survey,
  structures: Structures,
  each: SurveyedImage,
): Omit<Linted, "isBase" | "context"> {
  const { image, input } = each;
  const structure = structureOf(structures, image.name);
  const chain = chainOf(structure);
  return {
    bytes: input.bytes,
    structure,
    chain,
    beneath: stagesBeneath(surveyed, structures, chain),
    usedStages: usedStages(surveyed, structures, image.dockerfile),
    unpinned: unpinnedIn(surveyed, each),
  };
}

function structureOf(structures: Structures, image: string): DockerfileStructure {
  const structure = structures.get(image);
  if (structure === undefined) throw new Error(`there is no image ${image} in the survey`);
  return structure;
}

/** The target and what it is built from, as far as that is stages of the same file. */
function chainOf({ stages, target }: DockerfileStructure): readonly StageNode[] {
  const chain: StageNode[] = [];
  for (let node = stages[target ?? -1]; node !== undefined;) {
    chain.push(node);
    node = node.base.kind === "stage" ? stages[node.base.stage] : undefined;
  }
  return chain;
}

/** The image of the configuration that a chain stands on. */
function parentOf({ ownerOfUse }: Survey, chain: readonly StageNode[]): string | undefined {
  const base = chain.at(-1)?.base;
  return base?.kind === "image" ? ownerOfUse(base.reference) : undefined;
}

/** What a chain stands on, image by image; the graph has no cycle. */
function stagesBeneath(
  surveyed: Survey,
  structures: Structures,
  chain: readonly StageNode[],
): readonly StageNode[] {
  const parent = parentOf(surveyed, chain);
  const structure = structures.get(parent ?? "");
  if (structure === undefined) return [];
  const below = chainOf(structure);
  return [...below, ...stagesBeneath(surveyed, structures, below)];
}

function usedStages({ images }: Survey, structures: Structures, dockerfile: string): ReadonlySet<number> {
  const sharers = [...images.values()].filter(({ image }) => image.dockerfile === dockerfile);
  return new Set(sharers.flatMap(({ image }) => structureOf(structures, image.name).reached));
}

/** The frontend is no base: it is left to the check. */
function unpinnedIn(surveyed: Survey, each: SurveyedImage): readonly Unpinned[] {
  const frontend = each.facts.uses.find(({ where }) => where === "syntax")?.line;
  return judgeUses(surveyed, each).flatMap((drift) =>
    drift.kind === "unpinned" && drift.line !== frontend
      ? [{ reference: drift.found, line: drift.line, column: drift.column }]
      : [],
  );
}

async function contextOf(
  checkout: Pick<Checkout, "read">,
  { image, facts }: SurveyedImage,
): Promise<LintedContext> {
  const ignore = await readIgnoreFile(checkout, image);
  const kept = parseDockerignore(Buffer.from(ignore ?? []).toString()).keeps(".git");
  return {
    isReadWhole: facts.reach.kind === "everything",
    // A submodule's is a file.
    hasGit: image.context === "." || (await checkout.read(pathInCheckout(image, ".git"))) !== undefined,
    ignoreFile: ignore === undefined ? "none" : kept ? "keeps .git" : "leaves .git out",
  };
}

/** Images that share a Dockerfile find the same in it; it is the first one's. */
function unique(violations: readonly Violation[]): readonly Violation[] {
  const keyOf = ({ rule, file, line, column, message }: Violation) =>
    JSON.stringify([rule, file, line, column, message]);
  return [...new Map(violations.toReversed().map((each) => [keyOf(each), each])).values()].toReversed();
}

function byPlace(a: Violation, b: Violation): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
