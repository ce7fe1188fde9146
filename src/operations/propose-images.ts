import { UserError } from "../errors.ts";
import type { Notice, RunResult } from "../model/run.ts";
import type { RequestResult } from "../model/request.ts";
import type { OwnCheckout } from "../ports.ts";
import type { ForgeProject } from "../ports/forge.ts";
import { ownerOfPin } from "../references/pin.ts";
import { isLeftAlone, type BranchFacts } from "../requests/decide.ts";
import { makeImages, writeImages, type Made, type Prepared, type RunSettings } from "./build-images.ts";
import { requestSubject } from "./commit-message.ts";
import { describeProposal } from "./describe-proposal.ts";
import { findPins } from "./find-pins.ts";
import { filesWithPins } from "./find-stale-pins.ts";
import { gatherBranch, groupOf, propose, type Proposing } from "./propose.ts";
import type { World } from "./world.ts";

/** A branch and the images that are proposed on it. */
export interface BranchGroup {
  readonly branch: string;
  readonly isWanted: (image: string) => boolean;
}

/** A group with what is known of its branch before anything is built. */
export interface KnownGroup extends BranchGroup {
  readonly facts: BranchFacts;
}

/** Asks for the facts of each branch. */
export async function gatherGroups(
  to: Proposing,
  groups: readonly BranchGroup[],
): Promise<readonly KnownGroup[]> {
  const known: KnownGroup[] = [];
  // They were seen when the run began, and are asked for again before anything is pushed.
  const seen = await to.remote.branches("last seen");
  // One after the other: a shallow clone takes one fetch at a time.
  for (const group of groups) known.push({ ...group, facts: await gatherBranch(to, group.branch, seen) });
  return known;
}

/** Whether nothing is to be built for a group, because its branch is left alone. */
export function isUntouchable({ facts }: KnownGroup, { settings }: Proposing): boolean {
  return isLeftAlone(facts, settings.onForeignCommits);
}

/** What a run with requests comes to. */
export type Proposed = RunResult & { readonly requests: readonly RequestResult[] };

/**
 * Builds and pushes what a plan says and proposes it: each group by commits on the revision that the checkout is of, on a
 * branch of its own.
 */
export async function proposeImages(
  world: World & { readonly checkout: OwnCheckout },
  prepared: Prepared,
  settings: RunSettings,
  to: Proposing,
  groups: readonly BranchGroup[],
): Promise<Proposed> {
  const made = await makeImages(world, prepared, settings);
  const results: Proposed[] = [];
  for (const [index, group] of groups.entries()) {
    if (index > 0) await world.checkout.reset();
    results.push(await proposeGroup(world.checkout, made, settings, to, group));
  }
  const result = together(made, results);
  world.report({ kind: "done", result });
  return result;
}

/** A `UserError` where digests are to be written into files that the token may not change. */
export async function checkForbidden(
  world: Pick<World, "checkout">,
  { configured, survey, contents, plan }: Prepared,
  { forbidden }: Pick<ForgeProject, "forbidden">,
): Promise<void> {
  const changing = plan.decisions.filter(({ action }) => action !== "up-to-date").map(({ image }) => image);
  const { files } = await filesWithPins(await contents(), configured, survey);
  for (const { path, why, remedy } of forbidden) {
    const inside = files.filter((file) => file.startsWith(path));
    const pins = await findPins(world.checkout, inside, survey.scanner, (pin) => {
      const image = ownerOfPin(survey.owner, pin);
      return image !== undefined && changing.includes(image);
    });
    const [first] = pins;
    if (first === undefined) continue;
    throw new UserError(`${first.file}:${first.line} would get a new digest, and ${why}.`, { remedy });
  }
}

async function proposeGroup(
  checkout: OwnCheckout,
  made: Made,
  settings: RunSettings,
  to: Proposing,
  { branch, isWanted }: BranchGroup,
): Promise<Proposed> {
  const { commit: parent } = checkout;
  const written = await writeImages(made, settings, isWanted);
  const isWhole = Object.values(written.images).every(
    ({ outcome }) => outcome === "built" || outcome === "reused",
  );
  // What failed is neither up to date nor to be proposed.
  if (written.commit === undefined && (!isWhole || !isWritten(made, settings)))
    return { ...written, requests: [] };
  const proposal =
    written.commit === undefined
      ? undefined
      : describeProposal(made, written, await to.remote.describe(written.commit, to.settings.base));
  const subject = subjectOf(made, written);
  const group = groupOf(to.settings, made.run.configured.file);
  return { ...written, requests: [await propose(to, { branch, proposal, parent, group, subject })] };
}

/** Whether the run came to its end, so that no commit means that there is nothing to commit. */
function isWritten({ results }: Made, settings: RunSettings): boolean {
  const hasFailed = [...results.values()].some(({ outcome }) => outcome !== "built" && outcome !== "reused");
  return !settings.signal.aborted && settings.push && (settings.keepGoing || !hasFailed);
}

function subjectOf({ run }: Made, { images, references }: RunResult): string {
  const changed = Object.entries(images)
    .filter(([, { digest, previous }]) => digest !== previous)
    .map(([name]) => name);
  const names = new Set([...changed, ...references.map(({ image }) => image)]);
  const inOrder = run.survey.graph.order.filter((name) => names.has(name));
  const what = inOrder.length > 0 ? "digests" : "fingerprints";
  return requestSubject(run.configured.commit, what, inOrder.length > 0 ? inOrder : Object.keys(images));
}

function together({ results }: Made, parts: readonly Proposed[]): Proposed {
  const notices = new Map(
    parts.flatMap((part) => part.notices).map((notice): [string, Notice] => [JSON.stringify(notice), notice]),
  );
  return {
    images: Object.fromEntries(results),
    references: parts.flatMap(({ references }) => references),
    notices: [...notices.values()],
    requests: parts.flatMap(({ requests }) => requests),
  };
}
