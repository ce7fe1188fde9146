import type { Digest } from "../model/digest.ts";
import type { Platform } from "../model/image.ts";
import type { Decision } from "../model/plan.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import type { ImageResult } from "../model/run.ts";
import type { Builder } from "../ports.ts";
import type { TagValues } from "../model/tag-template.ts";
import type { Limit } from "../schedule/create-limit.ts";
import type { History } from "../ports.ts";
import type { InputsOf } from "./gather-inputs.ts";
import { isBuiltApart } from "./is-built-apart.ts";
import { imageIn, type Survey } from "./survey.ts";
import type { Configured, World } from "./world.ts";

/** How each image is built. */
export interface BuildSettings {
  /** Whether the images are pushed. What is not pushed has no digest. */
  readonly push: boolean;
  /** Whether what is pushed gets its image's tags, beside that of its fingerprint. */
  readonly setsTags: boolean;
  readonly noCache: boolean;
  readonly pull: boolean;
  /**
   * What the tags of this run's own begin with. Images have them in the engine while the run goes on, so that others can be
   * built on them before they are pushed; they are never pushed.
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
  /** What builds each image that the plan says is to be built. */
  readonly builders: ReadonlyMap<string, Builder>;
  readonly tagValues: TagValues;
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

/** The builder of an image that is to be built. */
export function builderOf({ builders }: Pick<Run, "builders">, image: string): Builder {
  const builder = builders.get(image);
  if (builder === undefined) throw new Error(`${image} was not planned to be built`);
  return builder;
}

/** Whether an image can be built on what the engine has of another one, before that is pushed. */
export function sharesEngine({ builders, survey }: Run, image: string, other: string): boolean {
  const engine = builders.get(image)?.engine;
  const isThere = !isBuiltApart(survey, imageIn(survey, other));
  return isThere && engine !== undefined && builders.get(other)?.engine === engine;
}

/** The name that an image has in the engine while the run goes on; of one that is built apart each platform has one. */
export function localName(run: Run, image: string, platform?: Platform): string {
  const suffix = platform === undefined ? "" : `-${platform.replaceAll("/", "-")}`;
  return formatReference(localReference(run, image)) + suffix;
}

/** What an image that is not built apart is called in the engine. No two are called alike: they may share a repository. */
export function localReference({ survey, settings }: Run, image: string): Reference {
  const { repository } = imageIn(survey, image).image;
  const number = [...survey.images.keys()].indexOf(image);
  return { name: repository, tag: `${settings.localTag}-${number}` };
}

/** All names that an image may have in the engine while the run goes on. */
export function localNames(run: Run, image: string): readonly string[] {
  const surveyed = imageIn(run.survey, image);
  if (!isBuiltApart(run.survey, surveyed)) return [localName(run, image)];
  return surveyed.image.platforms.map((platform) => localName(run, image, platform));
}

/** What the run has come to so far, by image. */
export type Results = ReadonlyMap<string, ImageResult>;
