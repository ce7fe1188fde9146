import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import type { RunResult } from "../../model/run.ts";
import type { Checkout } from "../../ports.ts";
import { alignReferences, planAlignment, resultOf } from "../../operations/align-references.ts";
import { restoreEntries } from "../../operations/restore-entries.ts";
import { checkPublished } from "../../operations/plan-matrix.ts";
import { survey } from "../../operations/survey.ts";
import { formatPlanJson } from "../../reporters/plan-json.ts";
import { formatPlan } from "../../reporters/plan.ts";
import { formatResultJson } from "../../reporters/result-json.ts";
import { formatForesight, formatSummary } from "../../reporters/summary.ts";
import { checkoutOf } from "../checkout-of.ts";
import type { ProjectFlags } from "../open-project.ts";
import { carryOut } from "../carry-out.ts";
import { checkBuilders } from "../check-builders.ts";
import { checkSignoff } from "../check-signoff.ts";
import { checkWritable } from "../check-writable.ts";
import { followRun } from "../follow-run.ts";
import { foresee } from "../foresee.ts";
import { recordRun } from "../record-run.ts";
import { rememberEnd } from "../remember-end.ts";
import { coloursOf, openReporter, type Progress } from "../reporting.ts";
import { outsideOf, type Terminal } from "../terminal.ts";
import { watchOutside } from "../watch-outside.ts";
import { openRegistriesOf, openWorld, type RegistryFlags } from "../world.ts";
import { namedImages, prepare, watchProject, type SelectionFlags, type WatchedProject } from "../prepare.ts";

/** The flags of a run. */
export interface RunFlags extends ProjectFlags, SelectionFlags, RegistryFlags {
  readonly dryRun: boolean;
  readonly onlyReferences: boolean;
  readonly from?: string | undefined;
  readonly concurrency: number;
  readonly pushConcurrency: number;
  readonly keepGoing: boolean;
  readonly retries: number;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly noPush: boolean;
  readonly noTags: boolean;
  readonly createRepository: boolean;
  readonly noCommit: boolean;
  readonly author?: string | undefined;
  /** With `api` the forge makes the commits anew. */
  readonly commitWith?: "git" | "api" | undefined;
  readonly progress: Progress;
  readonly format: "text" | "json";
  readonly metadataFile?: string | undefined;
  /** Whether nothing may be built: other machines have done so. */
  readonly onlyPublished?: boolean | undefined;
  readonly report?: string | undefined;
}

/** What is done with a result before it is shown. */
export type Publish = (result: RunResult) => Promise<RunResult>;

/** `manage-images --image X`: the main job. Returns the exit code. */
export async function runCommand(terminal: Terminal, flags: RunFlags, publish?: Publish): Promise<number> {
  checkFrom(flags);
  checkReport(flags);
  for (const [flag, file] of [
    ["--metadata-file", flags.metadataFile],
    ["--report", flags.report],
  ] as const)
    if (file !== undefined) await checkWritable(terminal, flag, file);
  const checkout = await checkoutOf(terminal);
  if (flags.dryRun) return act(terminal, flags, checkout, publish);
  const release = await checkout.lock();
  try {
    await checkout.recover();
    return await act(terminal, flags, checkout, publish);
  } finally {
    await release();
  }
}

async function act(
  terminal: Terminal,
  flags: RunFlags,
  checkout: Checkout,
  publish: Publish | undefined,
): Promise<number> {
  const project = await watchProject(terminal, flags, checkout, { ids: !flags.onlyReferences });
  checkSignoff(project.configured, flags);
  if (!flags.onlyReferences)
    return build(terminal, flags, project, namedImages(project.configured, flags), publish);
  return align(
    terminal,
    flags,
    project,
    namedImages(project.configured, { ...flags, image: flags.image ?? ["all"] }),
  );
}

async function build(
  terminal: Terminal,
  flags: RunFlags,
  project: WatchedProject,
  named: readonly string[],
  publish: Publish | undefined,
) {
  const signal = terminal.interrupt;
  if (flags.dryRun) {
    const world = openWorld(terminal, project, flags, () => undefined);
    const { plan } = await prepare(world, project, named, flags, signal);
    terminal.stdout.write(
      flags.format === "json" ? formatPlanJson(plan) : formatPlan(plan, coloursOf(terminal)),
    );
    await checkBuilders(terminal, plan);
    return 0;
  }
  const foresight = foresee();
  const reporter = await openReporter(terminal, flags.progress, foresight);
  const asked = watchOutside();
  try {
    const watched = asked.project(project);
    const { watch, joinBuilder, begin, ...followed } = followRun(terminal, watched, flags, {
      report: reporter,
      foresight,
    });
    const world = asked.world(followed.world);
    const prepared = await prepare(world, watched, named, flags, signal, joinBuilder);
    if (flags.onlyPublished === true) checkPublished(prepared.plan);
    begin(prepared);
    const { durations } = foresight;
    const carriedOut = await carryOut(world, prepared, { ...flags, signal, durations });
    const result = (await publish?.(carriedOut)) ?? carriedOut;
    const exitCode = await finishRun(terminal, flags, result);
    const outside = outsideOf(terminal);
    await recordRun(outside, world.runFolder, { prepared, result, watch }, flags);
    if (publish === undefined && exitCode === 0)
      await rememberEnd(terminal, flags, { checkout: project.checkout, prepared, result, asked });
    return exitCode;
  } finally {
    reporter.close();
  }
}

async function align(
  terminal: Terminal,
  flags: RunFlags,
  { checkout, configured, contents }: WatchedProject,
  named: readonly string[],
) {
  const surveyed = await survey(checkout, configured);
  const { registry } = openRegistriesOf(terminal, { checkout, configured }, flags);
  const origin = { checkout, registry, signal: terminal.interrupt };
  const restored =
    flags.from === undefined
      ? undefined
      : await restoreEntries(origin, configured, surveyed, named, flags.from);
  const alignment = await planAlignment({ checkout, contents }, configured, surveyed, named, restored);
  if (flags.dryRun) {
    const result = resultOf(surveyed, alignment);
    terminal.stdout.write(
      flags.format === "json" ? formatResultJson(result) : formatForesight(result, coloursOf(terminal)),
    );
    return 0;
  }
  const settings = { commit: !flags.noCommit, author: flags.author };
  return finishRun(
    terminal,
    flags,
    await alignReferences({ checkout, contents }, configured, surveyed, alignment, settings),
  );
}

/** Prints the result and says how the process ends. */
export async function finishRun(terminal: Terminal, flags: RunFlags, result: RunResult): Promise<number> {
  const json = formatResultJson(result);
  terminal.stdout.write(flags.format === "json" ? json : formatSummary(result, coloursOf(terminal)));
  if (flags.metadataFile !== undefined)
    await writeFile(resolve(terminal.directory, flags.metadataFile), json);
  if (terminal.interrupt.aborted) return 130;
  return Object.values(result.images).every(({ outcome }) => outcome === "built" || outcome === "reused")
    ? 0
    : 1;
}

function checkFrom({ from, onlyReferences }: RunFlags): void {
  if (from === undefined || onlyReferences) return;
  throw new UsageError("--from goes with --only-references", {
    remedy: `To go back to the digests of ${from}: manage-images --only-references --from ${from}`,
  });
}

function checkReport({ report, dryRun, onlyReferences }: RunFlags): void {
  if (report === undefined || !(dryRun || onlyReferences)) return;
  throw new UsageError(`--report does not go with ${dryRun ? "--dry-run" : "--only-references"}`, {
    remedy: "It is the page of a run that builds. manage-images graph draws the images without one.",
  });
}
