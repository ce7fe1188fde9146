import { UserError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import type { ImageResult } from "../model/run.ts";
import type { Attention, LogFile } from "../ports.ts";
import { buildRequest } from "./build-request.ts";
import { confirmDigest } from "./confirm-digest.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

const LOG_TAIL = 20;

/** Builds, pushes and confirms one image. `leave` is called when the builder is done with it. */
export async function buildImage(run: Run, image: string, leave: () => void): Promise<ImageResult> {
  const start = run.world.clock.now();
  const log = await run.world.logs.open(image);
  const tail: string[] = [];
  const previous = run.survey.lockfile.images.get(image)?.digest;
  const ended = (rest: Pick<ImageResult, "outcome"> & Partial<ImageResult>): ImageResult => ({
    pushed: rest.digest !== undefined,
    seconds: run.world.clock.now() - start,
    log: log.path,
    ...(previous === undefined ? {} : { previous }),
    ...rest,
  });
  try {
    const digest = await buildAndPush(run, image, attentionTo(run, image, log, tail), leave);
    return ended({ outcome: "built", ...(digest === undefined ? {} : { digest }) });
  } catch (error) {
    if (run.signal.aborted)
      return ended({ outcome: "aborted", error: `ended, because ${whyAborted(run.signal)}` });
    if (!(error instanceof UserError)) throw error;
    log.write(error.message);
    return ended({ outcome: "failed", error: describe(error), logTail: tail });
  } finally {
    await log.close();
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

async function buildAndPush(run: Run, image: string, attention: Attention, leave: () => void) {
  run.world.report({ kind: "phase", image, phase: "building" });
  await run.world.builder.build(await buildRequest(run, image), attention);
  leave();
  return run.settings.push ? run.limitPushes(() => pushAndConfirm(run, image, attention)) : undefined;
}

/** Every tag is pushed before the digest is asked for. */
async function pushAndConfirm(run: Run, image: string, attention: Attention): Promise<Digest> {
  run.signal.throwIfAborted();
  run.world.report({ kind: "phase", image, phase: "pushing" });
  const { repository, tags } = imageIn(run.survey, image).image;
  const pushed: (Digest | undefined)[] = [];
  for (const tag of tags) pushed.push(await run.world.builder.push(`${repository}:${tag}`, attention));
  run.world.report({ kind: "phase", image, phase: "verifying" });
  return confirmDigest(run.world, { name: repository, tag: tags[0] ?? "latest" }, pushed[0], run.signal);
}

function whyAborted(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : "the run was interrupted";
}

function describe({ message, remedy }: UserError): string {
  return remedy === undefined ? message : `${message}\n${remedy}`;
}
