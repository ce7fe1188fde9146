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
}

/** The run that an image is built in. */
export interface Run {
  readonly world: World;
  readonly survey: Survey;
  readonly settings: BuildSettings;
  /** Ends the build. */
  readonly signal: AbortSignal;
  readonly limitPushes: Limit;
  /** What the run has done so far; the image's dependencies are in it if they are built in this run. */
  readonly results: ReadonlyMap<string, ImageResult>;
}
