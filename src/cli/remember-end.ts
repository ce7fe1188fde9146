import { join } from "node:path";
import type { RunResult } from "../model/run.ts";
import type { Prepared } from "../operations/build-images.ts";
import type { Checkout } from "../ports.ts";
import { keepNothingToDo, markValue, type NothingToDo } from "./nothing-to-do.ts";
import type { ProjectFlags } from "./open-project.ts";
import type { SelectionFlags } from "./prepare.ts";
import type { Terminal } from "./terminal.ts";
import type { OutsideWatch } from "./watch-outside.ts";

/** The flags of a run for which it looks at other revisions, or writes files of its own; and those that say how it tells its end. */
export interface EndFlags
  extends ProjectFlags, Pick<SelectionFlags, "since">, Pick<NothingToDo, "progress" | "format"> {
  readonly metadataFile?: string | undefined;
  readonly report?: string | undefined;
  readonly onlyPublished?: boolean | undefined;
}

/** A run that has ended. */
export interface FinishedRun {
  readonly checkout: Pick<Checkout, "root" | "privateFolder">;
  readonly prepared: Prepared;
  readonly result: RunResult;
  /** What it asked of the outside. */
  readonly asked: OutsideWatch;
}

/** Remembers that there was nothing to do, if all that was looked at is known by something. */
export async function rememberEnd(
  { beginning }: Pick<Terminal, "beginning">,
  flags: EndFlags,
  { checkout, prepared, result, asked }: FinishedRun,
): Promise<void> {
  const { plan, configured } = prepared;
  if (beginning === undefined || asksForMore(flags) || !isNothing(result) || !asked.sawFilesOnly()) return;
  const contents = await prepared.contents();
  const read = [...asked.filesRead(), configured.file];
  const value = configured.exported === undefined ? undefined : markValue(configured.exported);
  if (value === undefined || (await contents.untrackedOf(read)).length > 0) return;
  const tree = await contents.mark();
  if (tree === undefined) return;
  await keepNothingToDo(checkout.privateFolder(), {
    key: beginning,
    grounds: { configuration: { file: join(checkout.root, configured.file), value }, tree },
    end: {
      images: plan.decisions.map((decision) => decision.image),
      progress: flags.progress,
      format: flags.format,
    },
  });
}

function asksForMore(flags: EndFlags): boolean {
  const { since, configFrom, registry, metadataFile, report, onlyPublished } = flags;
  const more = [since, configFrom, registry, metadataFile, report, onlyPublished];
  return more.some((flag) => flag !== undefined);
}

function isNothing({ images, references, notices, commit, requests }: RunResult): boolean {
  const lists = [Object.keys(images), references, notices, requests ?? []];
  return commit === undefined && lists.every((list) => list.length === 0);
}
