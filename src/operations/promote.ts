/**
 * Promoting: a tag, such as an environment's name, is pointed at the lockfile's digests, inside the registry. Nothing is
 * pulled; an index stays whole. What points there already is left alone, so a run that was broken off is simply repeated.
 */
import { UsageError, UserError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import { canonicalName, formatReference, type Reference } from "../model/reference.ts";
import type { Promotion } from "../model/promotion.ts";
import type { Clock, Registry } from "../ports.ts";
import type { LockedImage } from "./locked-images.ts";

/** Registries may answer with what was for a moment after a tag was moved: so many more questions, each after its pause. */
const PAUSES = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

/** What is to be moved, and what is right already. Nothing is changed. */
export async function planPromotions(
  registry: Pick<Registry, "resolve">,
  images: readonly LockedImage[],
  tag: string,
  signal: AbortSignal,
): Promise<readonly Promotion[]> {
  checkRepositories(images);
  const planned = images.map(async ({ image: { name, repository }, digest }) => {
    const [from, there] = await Promise.all([
      registry.resolve({ name: repository, tag }, signal),
      registry.resolve({ name: repository, digest }, signal),
    ]);
    return { promotion: { image: name, repository, tag, from, to: digest }, isThere: there !== undefined };
  });
  const all = await Promise.all(planned);
  const gone = all.filter(({ isThere }) => !isThere).map(({ promotion }) => promotion);
  if (gone.length > 0) throw missing(gone);
  return all.map(({ promotion }) => promotion);
}

/** Moves the tags, one after the other, and has the registry confirm each. Tells of each that is done. */
export async function promote(
  world: { readonly registry: Pick<Registry, "resolve" | "tag">; readonly clock: Clock },
  promotions: readonly Promotion[],
  signal: AbortSignal,
): Promise<void> {
  for (const { repository, tag, from, to } of promotions) {
    if (from === to) continue;
    signal.throwIfAborted();
    await world.registry.tag(repository, to, tag, signal);
    await confirmTag(world, { name: repository, tag }, to, signal);
  }
}

/** Waits, for a while, until the registry answers with the digest that is now to be there. */
export async function confirmTag(
  { registry, clock }: { readonly registry: Pick<Registry, "resolve">; readonly clock: Clock },
  reference: Reference,
  digest: Digest,
  signal: AbortSignal,
): Promise<void> {
  let answer = await registry.resolve(reference, signal);
  for (const pause of PAUSES) {
    if (answer === digest) return;
    await clock.sleep(pause, signal);
    answer = await registry.resolve(reference, signal);
  }
  if (answer === digest) return;
  throw new UserError(
    `${formatReference(reference)} is to be ${digest}, but the registry answers ${answer ?? "that there is none"}.`,
    { remedy: "Somebody else may be moving it. Run the same command again." },
  );
}

function checkRepositories(images: readonly LockedImage[]): void {
  const clash = images.find(({ image, digest }) =>
    images.some(
      (other) =>
        canonicalName(other.image.repository) === canonicalName(image.repository) && other.digest !== digest,
    ),
  );
  if (clash === undefined) return;
  const { repository } = clash.image;
  const sharers = images
    .filter(({ image }) => image.repository === repository)
    .map(({ image }) => image.name);
  throw new UsageError(`${sharers.join(" and ")} share ${repository}: one tag cannot point at all of them`, {
    remedy: "Name one of them with --image.",
  });
}

function missing(gone: readonly Promotion[]): UserError {
  const names = gone.map(({ repository, to }) => formatReference({ name: repository, digest: to }));
  return new UserError(`The registry does not have ${names.join(", ")}. No tag was moved.`, {
    remedy: `Build again what is missing: manage-images ${gone.map(({ image }) => `--image ${image}`).join(" ")}`,
  });
}
