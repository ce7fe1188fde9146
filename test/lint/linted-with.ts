import { readStructure } from "../../src/dockerfile/read-dockerfile.ts";
import type { Linted } from "../../src/lint/linted.ts";

/** A Dockerfile as rules see it that look at nothing beside it. */
export function lintedWith(dockerfile: string): Linted {
  const bytes = Buffer.from(dockerfile, "latin1");
  const structure = readStructure({
    file: "Dockerfile",
    bytes,
    args: {},
    platform: "linux/amd64",
    contexts: [],
  });
  const { stages, target } = structure;
  const chain = stages.filter((_, index) => index === target);
  const context = { isReadWhole: false, hasGit: false, ignoreFile: "none" } as const;
  const usedStages = new Set(stages.keys());
  return { bytes, structure, chain, beneath: [], isBase: false, usedStages, unpinned: [], context };
}
