import { UserError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import type { ImageResult } from "../model/run.ts";
import type { Attention, LogFile } from "../ports.ts";
import type { Half } from "../schedule/run-jobs.ts";
import { buildRequest } from "./build-request.ts";
import { confirmDigest } from "./confirm-digest.ts";
import type { Results, Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/** An image that is built and not yet pushed. */
export interface BuiltImage {
  readonly image: string;
  readonly log: LogFile;
  /** The last lines of the log. */
  readonly tail: readonly string[];
  readonly attention: Attention;
  /** The clock when its build was started. */
  readonly start: number;
}

const LOG_TAIL = 20;

/** Builds an image, in its engine only. */
export async function buildImage(
  run: Run,
  results: Results,
  image: string,
): Promise<Half<BuiltImage, ImageResult>> {
  const log = await run.world.logs.open(image);
  const tail: string[] = [];
  const start = run.world.clock.now();
  const built: BuiltImage = { image, log, tail, start, attention: attentionTo(run, image, log, tail) };
  try {
    run.world.report({ kind: "phase", image, phase: "building" });
    await run.world.builder.build(await buildRequest(run, results, image), built.attention);
    return { made: built };
  } catch (error) {
    return { result: await endedBy(run, built, error) };
  }
}

/** Pushes an image that was built and has the registry confirm its digest, unless something it is built on has failed. */
export async function publishImage(
  run: Run,
  built: BuiltImage,
  failed: readonly string[],
): Promise<ImageResult> {
  try {
    if (failed.length > 0)
      return await ended(run, built, { outcome: "skipped", error: `needs ${failed.join(", ")}` });
    if (!run.settings.push) return await ended(run, built, { outcome: "built" });
    const digest = await run.limitPushes(() => pushAndConfirm(run, built));
    return await ended(run, built, { outcome: "built", digest });
  } catch (error) {
    return endedBy(run, built, error);
  }
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
  };
}

/** Every tag is pushed before the digest is asked for. */
async function pushAndConfirm(run: Run, { image, attention }: BuiltImage): Promise<Digest> {
  run.signal.throwIfAborted();
  run.world.report({ kind: "phase", image, phase: "pushing" });
  const { repository, tags } = imageIn(run.survey, image).image;
  const pushed: (Digest | undefined)[] = [];
  for (const tag of tags) pushed.push(await run.world.builder.push(`${repository}:${tag}`, attention));
  run.world.report({ kind: "phase", image, phase: "verifying" });
  return confirmDigest(run.world, { name: repository, tag: tags[0] ?? "latest" }, pushed[0], run.signal);
}

/** What an error makes of an image. Only one that nobody foresaw is thrown on. */
async function endedBy(run: Run, built: BuiltImage, error: unknown): Promise<ImageResult> {
  if (run.signal.aborted) {
    return ended(run, built, { outcome: "aborted", error: `ended, because ${whyAborted(run.signal)}` });
  }
  if (!(error instanceof UserError)) {
    await built.log.close();
    throw error;
  }
  built.log.write(error.message);
  return ended(run, built, { outcome: "failed", error: describe(error), logTail: built.tail });
}

async function ended(
  { world, survey }: Run,
  { image, log, start }: BuiltImage,
  rest: Pick<ImageResult, "outcome"> & Partial<ImageResult>,
): Promise<ImageResult> {
  await log.close();
  const previous = survey.lockfile.images.get(image)?.digest;
  return {
    pushed: rest.digest !== undefined,
    seconds: world.clock.now() - start,
    log: log.path,
    ...(previous === undefined ? {} : { previous }),
    ...rest,
  };
}

function whyAborted(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : "the run was interrupted";
}

function describe({ message, remedy }: UserError): string {
  return remedy === undefined ? message : `${message}\n${remedy}`;
}
