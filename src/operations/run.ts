import type { ImageResult } from "../model/run.ts";
import type { Limit } from "../schedule/create-limit.ts";
import type { Survey } from "./survey.ts";
import type { World } from "./world.ts";

/** How each image is built. */
export interface BuildSettings {
  /** Whether the images are pushed. What is not pushed has no digest. */
  readonly push: boolean;
  readonly noCache: boolean;
  readonly pull: boolean;
  /**
   * A tag of this run's own. Images have it in the engine while the run goes on, so that others can be built on them
   * before they are pushed; it is never pushed.
   */
  readonly localTag: string;
}

/** The run that an image is built in. */
export interface Run {
  readonly world: World;
  readonly survey: Survey;
  readonly settings: BuildSettings;
  /** The images that are built in it. */
  readonly images: ReadonlySet<string>;
  /** Ends the build. */
  readonly signal: AbortSignal;
  readonly limitPushes: Limit;
}

/** What the run has come to so far, by image. */
export type Results = ReadonlyMap<string, ImageResult>;
