import { isSameContent, withoutLabels, type ImageContent } from "../model/content.ts";
import type { Digest } from "../model/digest.ts";
import { fingerprintTag, type Fingerprint } from "../model/fingerprint.ts";
import type { ImageResult } from "../model/run.ts";
import { decide } from "../plan/decide.ts";
import { fingerprintOf } from "../plan/fingerprint.ts";
import type { Attention, BuildRequest, ContextEntry, LogFile } from "../ports.ts";
import type { Half } from "../schedule/run-jobs.ts";
import { buildRequests } from "./build-request.ts";
import { checkReads } from "./check-reads.ts";
import { checkUnchanged } from "./check-unchanged.ts";
import type { ContextsOf } from "./context-entries.ts";
import { labelsThatDoNotCount } from "./default-labels.ts";
import { ended, endedBy, notMade, previousOf, type Building } from "./end-image.ts";
import { withPlatforms } from "./image-platforms.ts";
import { knownDigests } from "./known-digests.ts";
import { pushImage } from "./push-image.ts";
import { labelBase } from "./label-base.ts";
import { retrying } from "./retry.ts";
import { builderOf, localNames, type Results, type Run } from "./run.ts";
import { commonTags, setPlatformTags } from "./tags.ts";
import { settleAll } from "./settle-all.ts";
import { testImage } from "./test-image.ts";
import { imageIn } from "./survey.ts";

/** An image that is built and not yet pushed. */
export interface BuiltImage extends Building {
  /** Its tests, which go on while its dependents are being built; rejects if it must not be pushed. */
  readonly tested: Promise<void>;
  /** What of its contexts was sent. */
  readonly sent: ContextsOf<ContextEntry>;
  /** The digests of its builds, if they pushed: one, or one for each platform. */
  readonly pushed: readonly Digest[];
  /** What it was built from. */
  readonly request: BuildRequest;
}

const LOG_TAIL = 20;

/** Builds an image, in its engine only; or finds, now that more is known than the plan knew, that it need not be built. */
export async function makeImage(
  run: Run,
  results: Results,
  image: string,
): Promise<Half<BuiltImage, ImageResult>> {
  const start = run.world.clock.now();
  const { dependencies, unsettled } = knownDigests(run, results, image);
  const isSettled = unsettled.length === 0;
  try {
    const found = isSettled ? await reuseImage(run, image, dependencies) : undefined;
    const reused = found && (await withPlatforms(run, image, found));
    if (reused !== undefined) return { result: { ...reused, seconds: run.world.clock.now() - start } };
  } catch (error) {
    return { result: notMade(run, error, run.world.clock.now() - start) };
  }
  return buildImage(run, results, image, isSettled, start);
}

/**
 * Pushes an image that was built and has the registry confirm its digest, unless something it is built on has failed. An
 * image that came out as it was keeps its digest.
 */
export async function publishImage(
  run: Run,
  results: Results,
  built: BuiltImage,
  failed: readonly string[],
): Promise<ImageResult> {
  try {
    if (failed.length > 0) {
      await built.tested.catch(() => undefined);
      return await ended(run, built, { outcome: "skipped", error: `needs ${failed.join(", ")}` });
    }
    await built.tested;
    if (!run.settings.push) return await ended(run, built, { outcome: "built" });
    const { image } = built;
    const { inputs } = await run.inputsOf(image);
    // Neither waits for the other; nothing is pushed before both are done.
    await settleAll([
      checkUnchanged(run, image, built.sent),
      ...(run.kept.has(image) ? [] : [labelBase(run, results, built, built.request)]),
    ]);
    const fingerprint = fingerprintOf(inputs, knownDigests(run, results, image).dependencies);
    const published = await withPlatforms(run, image, await publish(run, built, fingerprint));
    return await ended(run, built, { fingerprint, ...published });
  } catch (error) {
    return endedBy(run, built, error);
  }
}

/** The result of an image that need not be built: the plan says so, or its dependencies came out as they were. */
async function reuseImage(
  run: Run,
  image: string,
  dependencies: ReadonlyMap<string, Digest>,
): Promise<ImageResult | undefined> {
  const planned = run.decisions.get(image);
  if (planned?.action === "reuse") return reusedAs(run, image, planned.digest, planned.fingerprint);
  if (planned === undefined || planned.fingerprint !== undefined) return undefined;
  const { inputs } = await run.inputsOf(image);
  const entry = run.survey.lockfile.images.get(image);
  const isForced = planned.reasons.some(({ why }) => why === "forced");
  const isMissing = planned.reasons.some(({ why }) => why === "missing-from-registry");
  const { action, fingerprint } = decide({
    ...{ image, entry, inputs, dependencies, unsettled: [], isForced, isMissing },
  });
  if (action === "up-to-date") return { ...previousOf(run, image), ...reused(entry?.digest, fingerprint) };
  if (fingerprint === undefined || isForced) return undefined;
  return reusedAs(run, image, await findPublished(run, image, fingerprint), fingerprint);
}

async function findPublished(run: Run, image: string, fingerprint: Fingerprint): Promise<Digest | undefined> {
  const { repository } = imageIn(run.survey, image).image;
  return run.world.registry.resolve({ name: repository, tag: fingerprintTag(fingerprint) }, run.signal);
}

/** What another run has published takes the place of a build; its tags are set as if it had been pushed now. */
async function reusedAs(
  run: Run,
  image: string,
  digest: Digest | undefined,
  fingerprint: Fingerprint | undefined,
): Promise<ImageResult | undefined> {
  if (digest === undefined) return undefined;
  const { repository } = imageIn(run.survey, image).image;
  if (run.settings.push)
    await run.limitPushes(async () => {
      for (const tag of commonTags(run, image)) {
        const present = await run.world.registry.resolve({ name: repository, tag }, run.signal);
        if (present !== digest) await run.world.registry.tag(repository, digest, tag, run.signal);
      }
      await setPlatformTags(run, image, digest);
    });
  return { ...previousOf(run, image), ...reused(digest, fingerprint) };
}

function reused(digest: Digest | undefined, fingerprint: Fingerprint | undefined): ImageResult {
  return {
    outcome: "reused",
    seconds: 0,
    pushed: false,
    ...(digest === undefined ? {} : { digest }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}

async function buildImage(
  run: Run,
  results: Results,
  image: string,
  isLookedUp: boolean,
  start: number,
): Promise<Half<BuiltImage, ImageResult>> {
  const { world, settings } = run;
  const log = await world.logs.open(image);
  const tail: string[] = [];
  const attention = attentionTo(run, image, log, tail);
  const building: Building = { image, log, tail, start, attention, isLookedUp };
  try {
    world.report({ kind: "phase", image, phase: "building" });
    const { requests, sent } = await buildRequests(run, results, image);
    const builder = builderOf(run, image);
    const before = previousContent(run, image);
    const pushed: Digest[] = [];
    for (const request of requests) {
      const digest = await retrying(world.clock, settings.retries, attention, () =>
        builder.build(request, attention),
      );
      if (digest !== undefined) pushed.push(digest);
    }
    const content = await before;
    const entry = run.survey.lockfile.images.get(image);
    if (content !== undefined && entry !== undefined) {
      const now = await contentOf(run, image, pushed);
      const ignored = labelsThatDoNotCount(run, image);
      const counted = (each: ImageContent) => withoutLabels(each, ignored);
      if (now !== undefined && isSameContent(content.map(counted), now.map(counted)))
        run.kept.set(image, entry.digest);
    }
    const tested = testImage(run, image, attention);
    // It is waited for when what the image is built on is finished.
    tested.catch(() => undefined);
    return { made: { ...building, request: requests[0], sent, tested, pushed } };
  } catch (error) {
    return { result: await endedBy(run, building, error) };
  }
}

/** What has just been built, for each platform; `undefined` where that is not known. */
async function contentOf(
  run: Run,
  image: string,
  pushed: readonly Digest[],
): Promise<readonly ImageContent[] | undefined> {
  const { world, survey } = run;
  const { repository } = imageIn(survey, image).image;
  if (pushed.length === 0)
    return Promise.all(localNames(run, image).map((name) => builderOf(run, image).describe(name)));
  const parts = await Promise.all(
    pushed.map((digest) => world.registry.describe(repository, digest, run.signal)),
  );
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** What the lockfile's digest of an image stands for, asked while the new one is built. */
function previousContent(run: Run, image: string): Promise<readonly ImageContent[] | undefined> {
  const digest = run.survey.lockfile.images.get(image)?.digest;
  if (digest === undefined || !run.settings.push) return Promise.resolve(undefined);
  const content = run.world.registry.describe(
    imageIn(run.survey, image).image.repository,
    digest,
    run.signal,
  );
  // It is waited for when the build has ended; a build that fails does not wait.
  content.catch(() => undefined);
  return content;
}

async function publish(
  run: Run,
  built: BuiltImage,
  fingerprint: Fingerprint,
): Promise<Pick<ImageResult, "outcome"> & Partial<ImageResult>> {
  const { image } = built;
  const { repository } = imageIn(run.survey, image).image;
  const kept = run.kept.get(image);
  if (kept !== undefined) {
    if (run.survey.lockfile.images.get(image)?.fingerprint !== fingerprint)
      await run.world.registry.tag(repository, kept, fingerprintTag(fingerprint), run.signal);
    return { outcome: "built", digest: kept };
  }
  if (!built.isLookedUp) {
    const published = await findPublished(run, image, fingerprint);
    const other = await reusedAs(run, image, published, fingerprint);
    if (other !== undefined) return other;
  }
  const digest = await run.limitPushes(() => pushImage(run, built, fingerprint));
  return { outcome: "built", digest, pushed: true };
}

function attentionTo(run: Run, image: string, log: LogFile, tail: string[]): Attention {
  return {
    signal: run.signal,
    log: (line) => {
      log.write(line);
      tail.push(line);
      if (tail.length > LOG_TAIL) tail.shift();
    },
    step: (text) => {
      run.world.report({ kind: "step", image, text });
    },
    reads: (paths) => checkReads(run, image, paths),
  };
}
