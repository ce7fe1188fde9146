/**
 * The check: does everything that says something of the images agree? References, Dockerfiles, lockfile and declarations
 * are gathered as for a run and held against each other; nothing is changed, and no registry is asked unless it is wanted.
 */
import { parseLockfile } from "../lockfile/lockfile.ts";
import type { Checked, CheckNotice, Drift } from "../model/drift.ts";
import { successorsOf } from "../lockfile/successors.ts";
import type { SuccessorOf } from "../model/successor.ts";
import type { Checkout, Contents } from "../ports.ts";
import { checkRemote, type RemoteWorld } from "./check-remote.ts";
import { explainStalePins } from "./earlier-pins.ts";
import type { FoundPin } from "./find-pins.ts";
import { placeOfDependency, placeOfEntry, type SearchedFile } from "./find-places.ts";
import { findStaleElsewhere } from "./find-stale-elsewhere.ts";
import { openInputs } from "./gather-inputs.ts";
import { gatherPins, pinsOf } from "./gather-pins.ts";
import { judgeDependencies, judgeUses } from "./judge-dockerfiles.ts";
import { judgeImage, orphanedEntries } from "./judge-images.ts";
import { judgePin, sharersOf, type PinRules } from "./judge-pins.ts";
import { survey, type Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** What is looked at. */
export interface CheckWorld {
  readonly checkout: Pick<Checkout, "read" | "versionsOf" | "commitElsewhere">;
  readonly contents: () => Promise<Contents>;
  /** Where to ask whether the digests are there, if that is wanted. */
  readonly remote: RemoteWorld | undefined;
}

/** Finds the drift of the named images; with `all` also what is no image's. */
export async function check(
  world: CheckWorld,
  configured: Configured,
  named: readonly string[] | "all",
): Promise<Checked> {
  const surveyed = await survey(world.checkout, configured, "may differ");
  const rules = rulesOf(configured, surveyed);
  const isAsked = (image: string) => named === "all" || named.includes(image);
  const successorOf: SuccessorOf = (image, from) =>
    isAsked(image) ? rules.successorOf(image, from) : undefined;
  const [pins, images, elsewhere] = await Promise.all([
    gatherPins(world.checkout, world.contents, configured, surveyed, rules),
    checkImages(world, configured, surveyed),
    findStaleElsewhere(world.checkout, await world.contents(), configured, surveyed, successorOf),
  ]);
  const stale = judgePins(rules, pins);
  const declared = await checkDockerfiles(world.checkout, configured, surveyed, stale);
  const remote = await askRemote(world, configured, surveyed, pins, named);
  const local = [...stale, ...declared, ...images.drift].filter((each) => isNamed(each, named));
  const drift = await explainStalePins(world.checkout, configured, surveyed.lockfile, [...local, ...remote]);
  return {
    drift: unique(drift).toSorted(byPlace),
    notices: [...elsewhere, ...noticesOf(images.unproven.filter(isAsked))],
  };
}

function judgePins(rules: PinRules, pins: readonly FoundPin[]): readonly Drift[] {
  return pins.flatMap(({ pin, ...place }) => {
    const found = judgePin(rules, pin);
    return found === undefined ? [] : [{ ...place, ...found }];
  });
}

async function askRemote(
  { checkout, remote }: CheckWorld,
  configured: Configured,
  surveyed: Survey,
  pins: readonly FoundPin[],
  named: readonly string[] | "all",
): Promise<readonly Drift[]> {
  if (remote === undefined) return [];
  const images = [...surveyed.images.keys()].filter((name) => named === "all" || named.includes(name));
  const lockfile = await readSearched(checkout, configured.lockfile);
  return checkRemote(remote, surveyed, {
    entries: new Map(images.map((name) => [name, placeOfEntry(lockfile, name)])),
    pins: pinsOf(surveyed, named, pins),
  });
}

function rulesOf({ images, registry }: Configured, { owner, lockfile }: Survey): PinRules {
  return { owner, registry, successorOf: successorsOf(lockfile.images, []), sharers: sharersOf(images) };
}

async function checkImages(
  { checkout, contents }: CheckWorld,
  configured: Configured,
  surveyed: Survey,
): Promise<{ readonly drift: readonly Drift[]; readonly unproven: readonly string[] }> {
  const file = await readSearched(checkout, configured.lockfile);
  const lockfile = parseLockfile(file.bytes.length === 0 ? undefined : file.bytes, file.file);
  const inputsOf = openInputs(checkout, contents, configured, surveyed);
  const unproven: string[] = [];
  const drift: Drift[] = orphanedEntries(lockfile, configured.images).map((entry) => {
    return { ...placeOfEntry(file, entry.image), ...entry };
  });
  const gathered = [...surveyed.images.values()].map(async (each) => ({
    ...each,
    ...(await inputsOf(each.image.name)),
  }));
  for (const { image, inputs, dependencies } of await Promise.all(gathered)) {
    const verdict = judgeImage(lockfile, { image, inputs, dependencies });
    if (verdict === "unproven") unproven.push(image.name);
    else if (verdict !== undefined) drift.push({ ...placeOfEntry(file, image.name), ...verdict });
  }
  return { drift, unproven };
}

/** What a pin of the same drift says already is not said again of the reference that its variable comes to. */
async function checkDockerfiles(
  checkout: Pick<Checkout, "read">,
  configured: Configured,
  surveyed: Survey,
  pins: readonly Drift[],
): Promise<readonly Drift[]> {
  const configuration = await readSearched(checkout, configured.file);
  const known = new Set(
    pins.flatMap((pin) => (pin.kind === "stale-pin" ? [`${pin.image} ${pin.found}`] : [])),
  );
  return [...surveyed.images.values()].flatMap((each) => [
    ...judgeUses(surveyed, each).filter(
      (use) => use.kind !== "hidden-pin" || !known.has(`${use.image} ${use.found}`),
    ),
    ...judgeDependencies(surveyed, each, (dependency) =>
      placeOfDependency(configuration, each.image.name, dependency),
    ),
  ]);
}

async function readSearched(checkout: Pick<Checkout, "read">, file: string): Promise<SearchedFile> {
  return { file, bytes: (await checkout.read(file)) ?? new Uint8Array() };
}

function isNamed(drift: Drift, named: readonly string[] | "all"): boolean {
  if (named === "all") return true;
  if (drift.kind === "ambiguous-pin") return drift.candidates.some((image) => named.includes(image));
  return "image" in drift && named.includes(drift.image);
}

function noticesOf(unproven: readonly string[]): readonly CheckNotice[] {
  return unproven.length === 0 ? [] : [{ kind: "unproven", images: unproven }];
}

/** Images that share a Dockerfile find the same in it; it is the first one's. */
function unique(drifts: readonly Drift[]): readonly Drift[] {
  const keyOf = ({ kind, file, line, column, ...more }: Drift) =>
    kind === "unpinned" ? `${file} ${line} ${column}` : JSON.stringify([kind, file, line, column, more]);
  return [...new Map(drifts.toReversed().map((drift) => [keyOf(drift), drift])).values()].toReversed();
}

function byPlace(a: Drift, b: Drift): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
