import { join, relative, resolve } from "node:path";
import type { RequestResult } from "../model/request.ts";
import type { RunResult } from "../model/run.ts";
import { findComponents } from "../graph/find-components.ts";
import type { Prepared } from "../operations/build-images.ts";
import { closeSuperseded, groupOf, leaveAlone, type Proposing } from "../operations/propose.ts";
import { checkPublished } from "../operations/plan-matrix.ts";
import {
  checkForbidden,
  gatherGroups,
  isUntouchable,
  proposeImages,
  type BranchGroup,
  type KnownGroup,
} from "../operations/propose-images.ts";
import { prepareRepositories } from "../operations/prepare-repositories.ts";
import type { Checkout, OwnCheckout, Report } from "../ports.ts";
import type { ForgeProject } from "../ports/forge.ts";
import { formatPlanJson } from "../reporters/plan-json.ts";
import { formatPlan } from "../reporters/plan.ts";
import { checkBuilders } from "./check-builders.ts";
import { checkSignoff } from "./check-signoff.ts";
import { imagesToMake } from "./carry-out.ts";
import type { RunFlags } from "./commands/run.ts";
import { followRun, type FollowedRun } from "./follow-run.ts";
import type { Foresight } from "./foresee.ts";
import { namedImages, prepare, watchProject } from "./prepare.ts";
import { recordRun } from "./record-run.ts";
import type { RequestFlags } from "./request-options.ts";
import { coloursOf } from "./reporting.ts";
import { outsideOf, type Terminal } from "./terminal.ts";
import { logsFolder, newLocalTag, type RunWorld } from "./world.ts";

/** The branch, or what each group's branch begins with. */
export const DEFAULT_BRANCH = "manage-images/update";

/** The flags of `manage-images pr`, and of a run with `--pr`. */
export interface PrFlags extends RunFlags, RequestFlags {}

/** Where proposals are made from. */
export interface Place {
  readonly terminal: Terminal;
  readonly flags: PrFlags;
  /** The user's. */
  readonly checkout: Checkout;
  readonly to: Proposing;
  readonly project: ForgeProject;
  readonly report: Report;
  readonly foresight: Foresight;
}

/** Builds in a checkout of the base, proposes, and does the same for each branch that is added to. Nothing in a dry run. */
export async function proposeAt(
  place: Place,
  tree: OwnCheckout,
  start: string,
): Promise<RunResult | undefined> {
  const { terminal, flags, to } = place;
  const opened = await openIn(place, tree, flags);
  if (flags.dryRun) {
    const { plan } = opened.prepared;
    terminal.stdout.write(
      flags.format === "json" ? formatPlanJson(plan) : formatPlan(plan, coloursOf(terminal)),
    );
    await checkBuilders(terminal, plan);
    return undefined;
  }
  const all = groupsOf(flags, opened.prepared);
  const planned = new Set(opened.prepared.plan.decisions.map(({ image }) => image));
  const wanted = all.filter(({ isWanted }) => [...planned].some(isWanted));
  const groups = await gatherGroups(to, wanted);
  const untouchable = groups.filter((group) => isUntouchable(group, to));
  const shared = groups.filter((group) => (group.facts.tip?.foreign ?? []).length === 0);
  const added = groups.filter((group) => !untouchable.includes(group) && !shared.includes(group));
  const requests: RequestResult[] = [];
  for (const { branch, facts } of untouchable) requests.push(await leaveAlone(to, branch, facts));
  const results: RunResult[] = [];
  if (shared.length > 0) {
    // What is of no use to these is not built for them.
    const isAll = shared.length === groups.length;
    const image = isAll ? undefined : plannedIn(opened, shared);
    const own = image === undefined ? opened : await openIn(place, tree, { ...flags, image });
    results.push(await runGroups(place, own, start, shared));
  }
  for (const group of added) results.push(await appendTo(place, start, group, plannedIn(opened, [group])));
  const result = joined(results, requests);
  if (terminal.interrupt.aborted || !isWhole(result)) return result;
  const group = groupOf(to.settings, opened.prepared.configured.file);
  const branches = all.map(({ branch }) => branch);
  const superseded = await closeSuperseded(to, group, branches);
  return { ...result, requests: [...(result.requests ?? []), ...superseded] };
}

/** The images of groups that a plan is about. */
function plannedIn({ prepared }: Opened, groups: readonly BranchGroup[]): readonly string[] {
  const planned = prepared.plan.decisions.map(({ image }) => image);
  return planned.filter((image) => groups.some(({ isWanted }) => isWanted(image)));
}

/** Whether all that was to be proposed was. */
function isWhole({ images }: RunResult): boolean {
  return Object.values(images).every(({ outcome }) => outcome === "built" || outcome === "reused");
}

/** Commits on top of what others have put on a branch. */
async function appendTo(
  place: Place,
  start: string,
  group: KnownGroup,
  image: readonly string[],
): Promise<RunResult> {
  const { tip } = group.facts;
  return place.checkout.atRevision(tip?.commit ?? start, async (tree) => {
    const opened = await openIn(place, tree, { ...place.flags, image });
    return runGroups(place, opened, tip?.base ?? start, [group]);
  });
}

interface Opened {
  readonly world: RunWorld & { readonly checkout: OwnCheckout };
  readonly run: FollowedRun;
  readonly prepared: Prepared;
}

/** Plans in a checkout of the program's own. */
async function openIn(
  { terminal, checkout, project, report, foresight }: Place,
  tree: OwnCheckout,
  flags: PrFlags,
): Promise<Opened> {
  // What the user's directory and configuration file are in the user's checkout, they are in this one.
  const inTree = (path: string) =>
    join(tree.root, relative(checkout.root, resolve(terminal.directory, path)));
  const config = flags.config === undefined ? undefined : inTree(flags.config);
  const there = { ...flags, config };
  const watched = await watchProject({ ...terminal, directory: inTree(".") }, there, tree);
  checkSignoff(watched.configured, flags);
  const run = followRun(terminal, watched, flags, { report, foresight }, logsFolder(checkout));
  const world = { ...run.world, checkout: tree };
  const named = namedImages(watched.configured, there);
  const joinBuilder = flags.dryRun ? undefined : run.joinBuilder;
  const prepared = await prepare(world, watched, named, there, terminal.interrupt, joinBuilder);
  if (flags.onlyPublished === true) checkPublished(prepared.plan);
  await checkForbidden(world, prepared, project);
  return { world, run, prepared };
}

/** One branch for all images, or one for each group of images that have nothing to do with each other. */
function groupsOf(flags: PrFlags, { survey }: Prepared): readonly BranchGroup[] {
  const branch = flags.branch ?? DEFAULT_BRANCH;
  if (flags.groupBy !== "component") return [{ branch, isWanted: () => true }];
  return findComponents(survey.graph).map((images) => ({
    branch: `${branch}-${branchName(images[0] ?? "")}`,
    isWanted: (image) => images.includes(image),
  }));
}

/** The only ending of an image's name that a branch must not have (git-check-ref-format(1)). */
function branchName(image: string): string {
  return image.replace(/\.lock$/, "-lock");
}

async function runGroups(
  { flags, terminal, to, foresight }: Place,
  { world, run, prepared }: Opened,
  branchBase: string,
  groups: readonly BranchGroup[],
): Promise<RunResult> {
  const settings = {
    ...flags,
    push: true,
    setsTags: !flags.noTags,
    commit: true,
    branchBase,
    signal: terminal.interrupt,
    localTag: newLocalTag(),
    durations: foresight.durations,
  };
  const images = imagesToMake(prepared);
  await prepareRepositories(world.registry, images, flags.createRepository, settings.signal);
  run.begin(prepared);
  const result = await proposeImages(world, prepared, settings, to, groups);
  await recordRun(outsideOf(terminal), world.runFolder, { prepared, result, watch: run.watch }, flags);
  return result;
}

function joined(results: readonly RunResult[], requests: readonly RequestResult[]): RunResult {
  return {
    images: Object.assign({}, ...results.map(({ images }) => images)) as RunResult["images"],
    references: results.flatMap(({ references }) => references),
    notices: results.flatMap(({ notices }) => notices),
    requests: [...requests, ...results.flatMap((result) => result.requests ?? [])],
  };
}
