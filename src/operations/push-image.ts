import type { Digest } from "../model/digest.ts";
import { fingerprintTag, type Fingerprint } from "../model/fingerprint.ts";
import type { Attention } from "../ports.ts";
import { confirmDigest } from "./confirm-digest.ts";
import { retrying } from "./retry.ts";
import { builderOf, localName, type Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/** An image that is built. */
interface Pushable {
  readonly image: string;
  readonly attention: Attention;
  /** Its digest, if it was pushed as it was built. */
  readonly pushed?: Digest;
}

/**
 * Gives an image its tags in the registry, and has that confirm its digest. The fingerprint's tag first: once it is there, no
 * run builds the image again. The others only when it is confirmed.
 */
export async function pushImage(run: Run, built: Pushable, fingerprint: Fingerprint): Promise<Digest> {
  run.signal.throwIfAborted();
  run.world.report({ kind: "phase", image: built.image, phase: "pushing" });
  return built.pushed === undefined
    ? pushFromEngine(run, built, fingerprint)
    : tagPushed(run, built.image, built.pushed, fingerprint);
}

async function pushFromEngine(
  run: Run,
  { image, attention }: Pushable,
  fingerprint: Fingerprint,
): Promise<Digest> {
  const { world, settings, signal } = run;
  const { repository, tags } = imageIn(run.survey, image).image;
  const builder = builderOf(run, image);
  // Named anew each time: another run on the same engine may have taken the name away, or given it to another image.
  const push = (name: string) =>
    retrying(world.clock, settings.retries, attention, async () => {
      await builder.tag(localName(run, image), name);
      return builder.push(name, attention);
    });
  const tag = fingerprintTag(fingerprint);
  const name = `${repository}:${tag}`;
  try {
    const pushed = await push(name);
    world.report({ kind: "phase", image, phase: "verifying" });
    const digest = await confirmDigest(world, { name: repository, tag }, pushed, signal);
    const others = await Promise.allSettled(tags.map((each) => push(`${repository}:${each}`)));
    for (const other of others) if (other.status === "rejected") throw other.reason;
    return digest;
  } finally {
    await builder.untag(name);
  }
}

/** What was pushed by its digest alone has no tag until it is known to be what its fingerprint says. */
async function tagPushed(
  { world, survey, signal }: Run,
  image: string,
  pushed: Digest,
  fingerprint: Fingerprint,
): Promise<Digest> {
  const { repository, tags } = imageIn(survey, image).image;
  const tag = fingerprintTag(fingerprint);
  world.report({ kind: "phase", image, phase: "verifying" });
  const digest = await confirmDigest(world, { name: repository, tag }, pushed, signal);
  for (const each of [tag, ...tags]) await world.registry.tag(repository, digest, each, signal);
  return digest;
}
