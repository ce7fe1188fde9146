import type { Digest } from "../model/digest.ts";
import type { Decision } from "../model/plan.ts";
import type { ImageResult } from "../model/run.ts";
import type { Limit } from "../schedule/create-limit.ts";
import type { History } from "../ports.ts";
import type { InputsOf } from "./gather-inputs.ts";
import { imageIn, type Survey } from "./survey.ts";
import type { Configured, World } from "./world.ts";

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
  /** How often a push, or a build that could not pull, is tried again after trouble that may pass. */
  readonly retries: number;
}

/** The run that an image is built in. */
export interface Run {
  readonly world: World;
  readonly configured: Configured;
  readonly survey: Survey;
  readonly inputsOf: InputsOf;
  /** Where the working tree came from when the run began. */
  readonly history: () => Promise<History>;
  /** What the plan says, by image. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** The digests of images that came out as they were, known before they are finished. */
  readonly kept: Map<string, Digest>;
  readonly settings: BuildSettings;
  /** The images that are built or reused in it. */
  readonly images: ReadonlySet<string>;
  /** Ends the build. */
  readonly signal: AbortSignal;
  readonly limitPushes: Limit;
  readonly limitTests: Limit;
}

/** The name that an image has in the engine while the run goes on. */
export function localName({ survey, settings }: Run, image: string): string {
  return `${imageIn(survey, image).image.repository}:${settings.localTag}`;
}

/** What the run has come to so far, by image. */
export type Results = ReadonlyMap<string, ImageResult>;
