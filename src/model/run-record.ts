import type { DescribedImage } from "./described-image.ts";
import type { Decision } from "./plan.ts";
import type { Phase, RunResult } from "./run.ts";

/** What an image was doing when. All times are seconds from the moment when the plan was made. */
export interface Span {
  /** Counted from 0: the place in which it was made. */
  readonly place: number;
  /** When it took the place. */
  readonly start: number;
  /** When it left the place for another image: it was made, or had ended. */
  readonly made: number;
  /** When its outcome was known. */
  readonly end: number;
  readonly phases: readonly { readonly phase: Phase; readonly start: number }[];
}

/** An image as a report shows it, beside its result. */
export interface RecordedImage extends DescribedImage {
  readonly name: string;
  /** What the plan said, if it was about this image. */
  readonly decision?: Pick<Decision, "action" | "reasons" | "digest" | "untracked">;
  /** Absent if nothing was begun. */
  readonly span?: Span;
}

/** How long a run must take at the least, whatever the order, if each image takes what it took. */
export interface Bound {
  /** The images of the longest chain, from the first to the last. */
  readonly chain: readonly string[];
  readonly chainSeconds: number;
  /** The time that all images hold a place, shared among the places. */
  readonly shareSeconds: number;
}

/** All that a report of a run needs, apart from the logs. */
export interface RunRecord {
  readonly version: typeof RECORD_VERSION;
  /** The version of the program. */
  readonly program: string;
  /** When the run was planned, in ISO 8601. */
  readonly date: string;
  /** From the plan to the end, digests written. */
  readonly seconds: number;
  /** How many places there were. */
  readonly concurrency: number;
  readonly bound: Bound;
  /** All images of the configuration, dependencies before their dependents. */
  readonly images: readonly RecordedImage[];
  readonly result: RunResult;
}

/** Records with another number are of another form. */
export const RECORD_VERSION = 1;
