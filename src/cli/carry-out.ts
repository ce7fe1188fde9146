import type { Image } from "../model/image.ts";
import type { RunResult } from "../model/run.ts";
import { buildImages, type Prepared, type RunSettings } from "../operations/build-images.ts";
import { prepareRepositories } from "../operations/prepare-repositories.ts";
import type { World } from "../operations/world.ts";
import { newLocalTag } from "./world.ts";

/** How a plan is carried out. */
export interface WorkFlags extends Pick<
  RunSettings,
  | "concurrency"
  | "pushConcurrency"
  | "keepGoing"
  | "retries"
  | "noCache"
  | "pull"
  | "author"
  | "signal"
  | "durations"
> {
  readonly noPush: boolean;
  readonly noTags: boolean;
  readonly noCommit: boolean;
  readonly createRepository: boolean;
}

/** Does what a plan says, once it is known that what it ends with can be done: not after hours of work. */
export async function carryOut(world: World, prepared: Prepared, flags: WorkFlags): Promise<RunResult> {
  const { noPush, noTags, noCommit, createRepository, ...settings } = flags;
  const images = imagesToMake(prepared);
  if (images.length > 0 && !noCommit && !noPush) await world.checkout.checkCommitter(flags.author);
  if (!noPush) await prepareRepositories(world.registry, images, createRepository, flags.signal);
  return buildImages(world, prepared, {
    ...settings,
    ...{ push: !noPush, setsTags: !noTags, commit: !noCommit, localTag: newLocalTag() },
  });
}

/** The images that a plan builds, or finds in the registry. */
export function imagesToMake({ plan, survey: { images } }: Prepared): readonly Image[] {
  const made = plan.decisions.filter(({ action }) => action !== "up-to-date").map((each) => each.image);
  return [...images.values()].flatMap(({ image }) => (made.includes(image.name) ? image : []));
}
