import type { Digest } from "../model/digest.ts";
import { fingerprintTag, type Fingerprint } from "../model/fingerprint.ts";
import { formatReference } from "../model/reference.ts";
import type { Attention } from "../ports.ts";
import { confirmDigest } from "./confirm-digest.ts";
import { isBuiltApart } from "./is-built-apart.ts";
import { retrying } from "./retry.ts";
import { builderOf, localName, type Run } from "./run.ts";
import { settleAll } from "./settle-all.ts";
import { commonTags, setPlatformTags } from "./tags.ts";
import { imageIn } from "./survey.ts";

/** An image that is built. */
interface Pushable {
  readonly image: string;
  readonly attention: Attention;
  /** The digests of its builds, if they pushed: one, or one for each platform. */
  readonly pushed: readonly Digest[];
}

/**
 * Gives an image its tags in the registry, and has that confirm its digest. The fingerprint's tag first: once it is there, no
 * run builds the image again. The others only when it is confirmed.
 */
export async function pushImage(run: Run, built: Pushable, fingerprint: Fingerprint): Promise<Digest> {
  run.signal.throwIfAborted();
  run.world.report({ kind: "phase", image: built.image, phase: "pushing" });
  const digest = await pushCommon(run, built, fingerprint);
  await setPlatformTags(run, built.image, digest);
  return digest;
}

/** What stands for all platforms of an image. */
async function pushCommon(run: Run, built: Pushable, fingerprint: Fingerprint): Promise<Digest> {
  const [pushed] = built.pushed;
  if (isBuiltApart(run.survey, imageIn(run.survey, built.image))) return joinParts(run, built, fingerprint);
  if (pushed !== undefined) return tagAll(run, built.image, pushed, fingerprint);
  return pushFromEngine(run, built, fingerprint);
}

async function pushFromEngine(run: Run, built: Pushable, fingerprint: Fingerprint): Promise<Digest> {
  const { repository } = imageIn(run.survey, built.image).image;
  const local = localName(run, built.image);
  const tag = fingerprintTag(fingerprint);
  const digest = await pushAs(run, built, local, tag);
  const push = (name: string) => pushName(run, built, local, name);
  await settleAll(commonTags(run, built.image).map((each) => push(`${repository}:${each}`)));
  return digest;
}

/** Pushes what the engine has under a name as a tag that it is to have in the registry alone, and confirms it. */
async function pushAs(run: Run, built: Pushable, local: string, tag: string): Promise<Digest> {
  const { world, survey, signal } = run;
  const { repository } = imageIn(survey, built.image).image;
  const name = `${repository}:${tag}`;
  try {
    const pushed = await pushName(run, built, local, name);
    world.report({ kind: "phase", image: built.image, phase: "verifying" });
    return await confirmDigest(world, { name: repository, tag }, pushed, signal);
  } finally {
    await builderOf(run, built.image).untag(name);
  }
}

/** Named anew each time: another run on the same engine may have taken the name away, or given it to another image. */
async function pushName(
  run: Run,
  { image, attention }: Pushable,
  local: string,
  name: string,
): Promise<Digest | undefined> {
  const builder = builderOf(run, image);
  return retrying(run.world.clock, run.settings.retries, attention, async () => {
    await builder.tag(local, name);
    return builder.push(name, attention);
  });
}

/** Makes one index of what was built for each platform. */
async function joinParts(run: Run, built: Pushable, fingerprint: Fingerprint): Promise<Digest> {
  const { world, survey, settings, signal } = run;
  const { image, attention } = built;
  const { repository, platforms } = imageIn(survey, image).image;
  const tag = fingerprintTag(fingerprint);
  const parts: Digest[] = [...built.pushed];
  for (const platform of built.pushed.length > 0 ? [] : platforms)
    parts.push(
      await pushAs(run, built, localName(run, image, platform), `${tag}-${platform.replaceAll("/", "-")}`),
    );
  const pins = parts.map((digest) => formatReference({ name: repository, digest }));
  await retrying(world.clock, settings.retries, attention, () =>
    builderOf(run, image).join(`${repository}:${tag}`, pins, attention),
  );
  const digest = await confirmDigest(world, { name: repository, tag }, undefined, signal);
  for (const each of commonTags(run, image)) await world.registry.tag(repository, digest, each, signal);
  return digest;
}

/** What was pushed by its digest alone has no tag until it is known to be what its fingerprint says. */
async function tagAll(run: Run, image: string, pushed: Digest, fingerprint: Fingerprint): Promise<Digest> {
  const { world, survey, signal } = run;
  const { repository } = imageIn(survey, image).image;
  const tag = fingerprintTag(fingerprint);
  world.report({ kind: "phase", image, phase: "verifying" });
  const digest = await confirmDigest(world, { name: repository, tag }, pushed, signal);
  for (const each of [tag, ...commonTags(run, image)])
    await world.registry.tag(repository, digest, each, signal);
  return digest;
}
