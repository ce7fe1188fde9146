import { UserError } from "../errors.ts";
import type { ImageResult } from "../model/run.ts";
import type { Attention, LogFile } from "../ports.ts";
import type { Run } from "./run.ts";

/** An image that is being built. */
export interface Building {
  readonly image: string;
  readonly log: LogFile;
  /** The last lines of the log. */
  readonly tail: readonly string[];
  readonly attention: Attention;
  /** The clock when its build was started. */
  readonly start: number;
  /** Whether the registry was asked for its fingerprint before it was built. */
  readonly isLookedUp: boolean;
}

/** What an error makes of an image whose build was not started. Only one that nobody foresaw is thrown on. */
export function notMade(run: Run, error: unknown, seconds: number): ImageResult {
  const nothing = { seconds, pushed: false };
  if (run.signal.aborted)
    return { ...nothing, outcome: "aborted", error: `ended, because ${whyAborted(run.signal)}` };
  if (!(error instanceof UserError)) throw error;
  return { ...nothing, outcome: "failed", error: describe(error) };
}

/** What an error makes of an image. Only one that nobody foresaw is thrown on. */
export async function endedBy(run: Run, built: Building, error: unknown): Promise<ImageResult> {
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

/** The result of an image whose build was started. */
export async function ended(
  run: Run,
  { image, log, start }: Building,
  rest: Pick<ImageResult, "outcome"> & Partial<ImageResult>,
): Promise<ImageResult> {
  await log.close();
  return {
    pushed: false,
    ...previousOf(run, image),
    ...rest,
    seconds: run.world.clock.now() - start,
    log: log.path,
  };
}

/** The digest that the lockfile has of an image. */
export function previousOf({ survey }: Run, image: string): Pick<ImageResult, "previous"> {
  const previous = survey.lockfile.images.get(image)?.digest;
  return previous === undefined ? {} : { previous };
}

function whyAborted(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : "the run was interrupted";
}

function describe({ message, remedy }: UserError): string {
  return remedy === undefined ? message : `${message}\n${remedy}`;
}
