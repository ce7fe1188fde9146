import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Plan } from "../../model/plan.ts";
import type { RunResult } from "../../model/run.ts";
import { alignReferences, planAlignment } from "../../operations/align-references.ts";
import { buildImages } from "../../operations/build-images.ts";
import { survey } from "../../operations/survey.ts";
import { planRun } from "../../plan/plan-run.ts";
import { findImages } from "../find-images.ts";
import { openProject, type Project, type ProjectFlags } from "../open-project.ts";
import type { Terminal } from "../terminal.ts";
import { openWorld } from "../world.ts";

/** The flags of a run. */
export interface RunFlags extends ProjectFlags {
  readonly image: readonly string[];
  readonly dryRun: boolean;
  readonly onlyReferences: boolean;
  readonly concurrency: number;
  readonly pushConcurrency: number;
  readonly keepGoing: boolean;
  readonly noDependents: boolean;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly noPush: boolean;
  readonly noCommit: boolean;
  readonly progress: "auto" | "tty" | "plain" | "quiet";
  readonly format: "text" | "json";
  readonly metadataFile?: string | undefined;
}

/** `manage-images --image X`: the main job. The exit code. */
export async function runCommand(terminal: Terminal, flags: RunFlags): Promise<number> {
  const project = await openProject(terminal, flags);
  const named = namedImages(project, flags);
  return flags.onlyReferences ? align(terminal, flags, project, named) : build(terminal, flags, project, named);
}
