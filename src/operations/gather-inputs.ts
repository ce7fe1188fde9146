import { createHash } from "node:crypto";
import { mergeFacts } from "../dockerfile/merge-facts.ts";
import { readOnce } from "../dockerfile/read-once.ts";
import { UserError } from "../errors.ts";
import { NO_DIGEST } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Checkout, Contents, ContextEntry, View } from "../ports.ts";
import { maskPins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/marks.ts";
import { contextsOf, pathIn, type ContextsOf } from "./context-entries.ts";
import { findCommits, type Commits } from "./find-commits.ts";
import { optionsOf } from "./options-of.ts";
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
  /** The commits of the git repositories elsewhere that go into it. */
  readonly commits: Commits;
}

/** BuildKit sees these without an `ARG`. */
const BUILDER_ARGUMENT = /^(?:BUILDKIT_\w+|SOURCE_DATE_EPOCH)$/;

/** Gathers inputs from the working tree, whose contents are asked for with the first of them. */
export function openInputs(
  checkout: InputFiles,
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

/** What of the checkout is read besides its contents. */
type InputFiles = Pick<Checkout, "read" | "commitElsewhere">;

async function gather(
  checkout: InputFiles,
  configured: Configured,
  survey: Survey,
  surveyed: SurveyedImage,
  opened: Promise<Contents>,
): Promise<Gathered> {
  const contents = await opened;
  const { image } = surveyed;
  const [contexts, commits] = await Promise.all([
    contextsOf({ checkout, files: contents }, configured, surveyed),
    findCommits(checkout, image),
  ]);
  const files = directoriesOf(image, contexts).flatMap(({ directory, entries }) =>
    entries.filter(({ kind }) => kind !== "directory").map(({ path }) => pathIn(directory, path)),
  );
  return {
    inputs: await inputsWith(survey, surveyed, { contexts, commits }, contents),
    untracked: await contents.untrackedOf(files),
    commits,
  };
}

/** What is not in the Dockerfile of what goes into an image. */
export interface Sources {
  readonly contexts: ContextsOf<ContextEntry>;
  readonly commits: Commits;
}

/** The inputs of an image that is made of these sources. */
export async function inputsWith(
  survey: Survey,
  surveyed: SurveyedImage,
  { contexts, commits }: Sources,
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
    options: optionsOf(image, commits),
    args: argumentsOf(image, effect.args),
    context: await hashContexts(image, contexts, contents, view),
  };
}

/** The effect of the Dockerfile whatever digests its dependencies have, and whether they are written there or not. */
function effectOf(survey: Survey, surveyed: SurveyedImage, view: View) {
  const { dependencies, inputs } = surveyed;
  const references = new Map(
    dependencies.map((name) => {
      const { repository } = imageIn(survey, name).image;
      return [name, { name: repository, digest: NO_DIGEST }] as const;
    }),
  );
  const facts = inputs.map((input) => {
    const bytes = view.apply(input.file, dockerfileToBuild(survey, [input], references));
    return readOnce(bytes === input.bytes ? input : { ...input, bytes });
  });
  const { text, args } = mergeFacts(facts).effect;
  return { text: Buffer.from(text, "latin1"), args };
}

function argumentsOf(
  { args, platformArgs = {} }: Image,
  declared: readonly string[],
): Readonly<Record<string, string>> {
  const all = [
    ...Object.entries(args).map(([name, value]) => ({ name, key: name, value })),
    ...Object.entries(platformArgs).flatMap(([platform, each]) =>
      Object.entries(each).map(([name, value]) => ({ name, key: `${name} (${platform})`, value })),
    ),
  ];
  const seen = all.filter(({ name }) => declared.includes(name) || BUILDER_ARGUMENT.test(name));
  return Object.fromEntries(
    seen.map(({ key, value }) => [key, typeof value === "string" ? value : `image:${value.image}`]),
  );
}

interface Directory {
  /** From the root of the checkout. */
  readonly directory: string;
  /** What stands before the paths where several contexts are told apart: no path has an empty part. */
  readonly prefix: string;
  readonly entries: readonly ContextEntry[];
}

function directoriesOf(image: Image, { entries, named }: ContextsOf<ContextEntry>): readonly Directory[] {
  const others = Object.entries(image.contexts ?? {}).flatMap(([name, context]) =>
    context.kind === "directory"
      ? [{ directory: context.path, prefix: `${name}//`, entries: named[name] ?? [] }]
      : [],
  );
  return [{ directory: image.context, prefix: "", entries }, ...others];
}

async function hashContexts(
  image: Image,
  contexts: ContextsOf<ContextEntry>,
  contents: Contents,
  view: View,
): Promise<ReadonlyMap<string, string>> {
  const directories = directoriesOf(image, contexts);
  const files = directories.flatMap(({ directory, entries }) =>
    entries.filter(({ kind }) => kind === "file").map(({ path }) => pathIn(directory, path)),
  );
  const ids = await contents.idsOf(files, view);
  const hashes = new Map<string, string>();
  for (const { directory, prefix, entries } of directories)
    for (const entry of entries)
      hashes.set(prefix + entry.path, hashEntry(entry, ids.get(pathIn(directory, entry.path))));
  return hashes;
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
