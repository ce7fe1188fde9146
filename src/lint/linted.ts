import type { DockerfileStructure, Instruction, StageNode } from "../dockerfile/read-dockerfile.ts";
import type { RuleName } from "../model/violation.ts";

/** One image's Dockerfile with all that rules look at. */
export interface Linted {
  readonly bytes: Uint8Array;
  readonly structure: DockerfileStructure;
  /** The stages whose layers become the image's, the target first; each is built from the next. */
  readonly chain: readonly StageNode[];
  /** The stages of other images of the configuration that the last of them stands on, in the same order. */
  readonly beneath: readonly StageNode[];
  /** Whether other images of the configuration are built from it, so that nobody need run it. */
  readonly isBase: boolean;
  /** The numbers of the stages that any image with this Dockerfile needs. */
  readonly usedStages: ReadonlySet<number>;
  /** References without a digest, and where they stand. */
  readonly unpinned: readonly Unpinned[];
  readonly context: LintedContext;
}

/** A reference without a digest. */
export interface Unpinned extends Position {
  readonly reference: string;
}

/** What a build reads its files from. */
export interface LintedContext {
  /** Whether the build can read all of it. */
  readonly isReadWhole: boolean;
  /** Whether there is a `.git` in it. */
  readonly hasGit: boolean;
  /** Whether there is a `.dockerignore` for it, and whether that leaves `.git` out. */
  readonly ignoreFile: "none" | "keeps .git" | "leaves .git out";
}

/** A place in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  /** In UTF-16 code units. */
  readonly column: number;
}

/** What a rule found, and where: a byte offset, or a position. */
export interface Found {
  readonly rule: RuleName;
  readonly at: number | Position;
  readonly message: string;
  readonly remedy: string;
}

/** A rule, or several that look at the same things. */
export type Rule = (linted: Linted) => readonly Found[];

/** The instructions of an image that have a keyword, the last of the image first. */
export function instructionsAlong(stages: readonly StageNode[], keyword: string): readonly Instruction[] {
  return stages.flatMap(({ stage }) =>
    stage.instructions.filter((instruction) => instruction.keyword === keyword).toReversed(),
  );
}
