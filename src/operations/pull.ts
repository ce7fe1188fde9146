/**
 * Pulling: the images are got as the lockfile pins them, and have their names in the engine afterwards, so that nobody has to
 * build what is built already. One that fails does not keep the others from being got.
 */
import { UserError } from "../errors.ts";
import type { Image, Platform } from "../model/image.ts";
import type { PulledImage } from "../model/pull.ts";
import { wordsOf } from "../model/tag-template.ts";
import type { Attention, Clock, ImageStore, Report } from "../ports.ts";
import type { Limit } from "../schedule/create-limit.ts";
import type { LockedImage } from "./locked-images.ts";
import { retrying } from "./retry.ts";

/** What pulling needs of the world. */
export interface PullWorld {
  readonly store: ImageStore;
  readonly clock: Clock;
  readonly report: Report;
  readonly limit: Limit;
}

/** What is said on the command line. */
export interface PullSettings {
  readonly platform: Platform | undefined;
  readonly retries: number;
}

/** Gets images, as many at a time as the limit lets, and says what became of each, in the same order. */
export async function pullImages(
  world: PullWorld,
  images: readonly LockedImage[],
  settings: PullSettings,
  signal: AbortSignal,
): Promise<readonly PulledImage[]> {
  return Promise.all(
    images.map((image) =>
      world.limit(async () => {
        signal.throwIfAborted();
        const pulled = await pullImage(world, image, settings, signal);
        world.report({ kind: "pulled", pulled });
        return pulled;
      }),
    ),
  );
}

async function pullImage(
  { store, clock, report }: PullWorld,
  { image, digest }: LockedImage,
  { platform = onlyPlatform(image), retries }: PullSettings,
  signal: AbortSignal,
): Promise<PulledImage> {
  const start = clock.now();
  const pin = { name: image.repository, digest };
  const attention: Attention = {
    signal,
    log: () => undefined,
    step: (text) => {
      report({ kind: "step", image: image.name, text });
    },
  };
  const common = { image: image.name, pin };
  report({ kind: "phase", image: image.name, phase: "pulling" });
  try {
    checkPlatform(image, platform);
    const isNew = await retrying(clock, retries, attention, () => store.pull(pin, platform, attention));
    const names = namesOf(image);
    for (const name of names) await store.tag(pin, name);
    return { ...common, names, outcome: isNew ? "pulled" : "present", seconds: clock.now() - start };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof UserError)) throw error;
    const text = [error.message, error.remedy ?? []].flat().join("\n");
    return { ...common, names: [], outcome: "failed", seconds: clock.now() - start, error: text };
  }
}

/** An engine asks for its own platform if it is not told, and that may not be the image's. */
function onlyPlatform({ platforms }: Image): Platform | undefined {
  return platforms.length === 1 ? platforms[0] : undefined;
}

/** Not every engine refuses an image that is for another platform than it was asked for. */
function checkPlatform({ name, platforms }: Image, platform: Platform | undefined): void {
  if (platform === undefined || platforms.some((each) => withoutVariant(each) === withoutVariant(platform)))
    return;
  throw new UserError(`${name} is not for ${platform}: the configuration has ${platforms.join(", ")}.`, {
    remedy: "Name one of these with --platform, or leave it out.",
  });
}

/** Of most platforms there is one variant, which goes without saying. */
function withoutVariant(platform: Platform): Platform {
  return platform.split("/").slice(0, 2).join("/");
}

/** Templates are of the commit that was built. */
function namesOf({ repository, tags }: Image): readonly string[] {
  return tags.filter((tag) => wordsOf(tag).length === 0).map((tag) => `${repository}:${tag}`);
}
