import { createHash } from "node:crypto";
import { readDockerfile } from "../dockerfile/read-dockerfile.ts";
import { UserError } from "../errors.ts";
import { NO_DIGEST } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Checkout, Contents, ContextEntry, View } from "../ports.ts";
import { maskPins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/scanner.ts";
import { contextEntries, pathInCheckout } from "./context-entries.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { imageIn, type Survey, type SurveyedImage } from "./survey.ts";
import type { Configured } from "./world.ts";

/** The inputs of images, each gathered once. */
export type InputsOf = (image: string) => Promise<Gathered>;

/** An image's inputs, and what the user should know of them. */
export interface Gathered {
  readonly inputs: Inputs;
  /** Files among them that git does not track, from the checkout's root: another clone lacks them. */
  readonly untracked: readonly string[];
}

/** BuildKit sees these without an `ARG`. */
const BUILDER_ARGUMENT = /^(?:BUILDKIT_\w+|SOURCE_DATE_EPOCH)$/;

/** Gathers inputs from the working tree, whose contents are asked for with the first of them. */
export function openInputs(
  checkout: Pick<Checkout, "read">,
  contents: () => Promise<Contents>,
  configured: Configured,
  survey: Survey,
): InputsOf {
  const known = new Map<string, Promise<Gathered>>();
  return (name) => {
    const gathered =
      known.get(name) ?? gather(checkout, configured, survey, imageIn(survey, name), contents());
    known.set(name, gathered);
    return gathered;
  };
}

async function gather(
  checkout: Pick<Checkout, "read">,
  configured: Configured,
  survey: Survey,
  surveyed: SurveyedImage,
  opened: Promise<Contents>,
): Promise<Gathered> {
  const contents = await opened;
  const { image } = surveyed;
  const entries = await contextEntries({ checkout, files: contents }, configured, surveyed);
  const files = entries
    .filter(({ kind }) => kind !== "directory")
    .map(({ path }) => pathInCheckout(image, path));
  return {
    inputs: await inputsWith(survey, surveyed, entries, contents),
    untracked: files.filter((path) => !contents.isTracked(path)),
  };
}

/** The inputs of an image whose context has these entries. */
export async function inputsWith(
  survey: Survey,
  surveyed: SurveyedImage,
  entries: readonly ContextEntry[],
  contents: Contents,
): Promise<Inputs> {
  const { image } = surveyed;
  const view: View = {
    marks: MARKS,
    apply: (path, bytes) => maskPins(path, bytes, survey.scanner, survey.isManaged),
  };
  const effect = effectOf(survey, surveyed, view);
  return {
    dockerfile: hash(effect.text),
    options: optionsOf(image),
    args: argumentsOf(image, effect.args),
    context: await hashEntries(image, entries, contents, view),
  };
}

/** The effect of the Dockerfile whatever digests its dependencies have, and whether they are written there or not. */
function effectOf(survey: Survey, surveyed: SurveyedImage, view: View) {
  const { dependencies, input } = surveyed;
  const references = dependencies.map((name) => {
    const { repository } = imageIn(survey, name).image;
    return [name, { name: repository, digest: NO_DIGEST }] as const;
  });
  const bytes = view.apply(input.file, dockerfileToBuild(survey, surveyed, new Map(references)));
  const { text, args } = readDockerfile({ ...input, bytes }).effect;
  return { text: Buffer.from(text, "latin1"), args };
}

function optionsOf({
  target,
  platforms,
  network,
  labels,
  reproducible,
}: Image): Readonly<Record<string, string>> {
  return {
    ...(target === undefined ? {} : { target }),
    platforms: [...platforms].sort().join(","),
    ...(network === undefined ? {} : { network }),
    ...(reproducible === true ? { reproducible: "true" } : {}),
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

async function hashEntries(
  image: Image,
  entries: readonly ContextEntry[],
  contents: Contents,
  view: View,
): Promise<ReadonlyMap<string, string>> {
  const files = entries.filter(({ kind }) => kind === "file").map(({ path }) => pathInCheckout(image, path));
  const ids = await contents.idsOf(files, view);
  return new Map(
    entries.map((entry) => [entry.path, hashEntry(entry, ids.get(pathInCheckout(image, entry.path)))]),
  );
}

function hashEntry({ path, kind, executable, target = "" }: ContextEntry, id: string | undefined): string {
  switch (kind) {
    case "directory":
      return "directory";
    case "link":
      return `l${hash(target)}`;
    case "file":
      if (id === undefined) throw changedMeanwhile(path);
      return `${executable ? "x" : "f"}${id}`;
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
