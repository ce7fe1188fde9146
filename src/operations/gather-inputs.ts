import { createHash } from "node:crypto";
import { readDockerfile } from "../dockerfile/read-dockerfile.ts";
import { UserError } from "../errors.ts";
import { parseDigest } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Contents, ContextEntry, View } from "../ports.ts";
import { maskPins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/scanner.ts";
import { contextEntries, pathInCheckout } from "./context-entries.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { imageIn, type Survey, type SurveyedImage } from "./survey.ts";
import type { Configured, World } from "./world.ts";

/** The inputs of images, each gathered once. */
export type InputsOf = (image: string) => Promise<Gathered>;

/** An image's inputs, and what the user should know of them. */
export interface Gathered {
  readonly inputs: Inputs;
  /** The files that the inputs' context is made of: what a build is sent. */
  readonly entries: readonly ContextEntry[];
  /** Files among them that git does not track, from the checkout's root: another clone lacks them. */
  readonly untracked: readonly string[];
}

/** BuildKit sees these without an `ARG`. */
const BUILDER_ARGUMENT = /^(?:BUILDKIT_\w+|SOURCE_DATE_EPOCH)$/;

/** What has the place of each digest of a managed image, so that a new one is not another Dockerfile. */
const NO_DIGEST = parseDigest(`sha256:${"0".repeat(64)}`);

/** Gathers inputs from the working tree as it is when the first of them is asked for. */
export function openInputs(
  world: Pick<World, "checkout" | "contextFiles">,
  configured: Configured,
  survey: Survey,
): InputsOf {
  const known = new Map<string, Promise<Gathered>>();
  let contents: Promise<Contents> | undefined;
  return (name) => {
    contents ??= world.checkout.contents();
    const gathered = known.get(name) ?? gather(world, configured, survey, imageIn(survey, name), contents);
    known.set(name, gathered);
    return gathered;
  };
}

async function gather(
  world: Pick<World, "checkout" | "contextFiles">,
  configured: Configured,
  survey: Survey,
  surveyed: SurveyedImage,
  opened: Promise<Contents>,
): Promise<Gathered> {
  const { image } = surveyed;
  const view: View = {
    marks: MARKS,
    apply: (path, bytes) => maskPins(path, bytes, survey.scanner, survey.isManaged),
  };
  const entries = await contextEntries(world, configured, surveyed);
  const contents = await opened;
  const hashes = await Promise.all(
    entries.map(async (entry) => [entry.path, await hashEntry(image, entry, contents, view)] as const),
  );
  const effect = effectOf(survey, surveyed, view);
  const files = entries
    .filter(({ kind }) => kind !== "directory")
    .map(({ path }) => pathInCheckout(image, path));
  return {
    inputs: {
      dockerfile: hash(effect.text),
      options: optionsOf(image),
      args: argumentsOf(image, effect.args),
      context: new Map(hashes),
    },
    entries,
    untracked: files.filter((path) => !contents.isTracked(path)),
  };
}

/** The effect of the Dockerfile whatever digests its dependencies have, and whether they are written there or not. */
function effectOf(survey: Survey, surveyed: SurveyedImage, view: View) {
  const { dependencies, input } = surveyed;
  const references = dependencies.map((name) => {
    const { repository } = imageIn(survey, name).image;
    return [name, { name: repository, ...(NO_DIGEST === undefined ? {} : { digest: NO_DIGEST }) }] as const;
  });
  const bytes = view.apply(input.file, dockerfileToBuild(survey, surveyed, new Map(references)));
  const { text, args } = readDockerfile({ ...input, bytes }).effect;
  return { text: Buffer.from(text, "latin1"), args };
}

function optionsOf({ target, platforms, network, labels }: Image): Readonly<Record<string, string>> {
  return {
    ...(target === undefined ? {} : { target }),
    platforms: [...platforms].sort().join(","),
    ...(network === undefined ? {} : { network }),
    ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`label ${name}`, value])),
  };
}

function argumentsOf({ args }: Image, declared: readonly string[]): Readonly<Record<string, string>> {
  const seen = Object.entries(args).filter(
    ([name]) => declared.includes(name) || BUILDER_ARGUMENT.test(name),
  );
  return Object.fromEntries(
    seen.map(([name, value]) => [name, typeof value === "string" ? value : `image:${value.image}`]),
  );
}

async function hashEntry(image: Image, entry: ContextEntry, contents: Contents, view: View): Promise<string> {
  switch (entry.kind) {
    case "directory":
      return "directory";
    case "link":
      return `l${hash(entry.target ?? "")}`;
    case "file": {
      const path = pathInCheckout(image, entry.path);
      const id = await contents.idOf(path, view);
      if (id === undefined) throw changedMeanwhile(path);
      return `${entry.executable ? "x" : "f"}${id}`;
    }
  }
}

function changedMeanwhile(path: string): UserError {
  return new UserError(`${path} was changed while it was being read.`, {
    remedy: "Run the same command again.",
  });
}

function hash(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
