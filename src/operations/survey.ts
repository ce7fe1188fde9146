import { ConfigurationError, formatProblem, type Problem } from "../errors.ts";
import type { DockerfileFacts, DockerfileInput } from "../dockerfile/read-dockerfile.ts";
import { readAlike, readOnce } from "../dockerfile/read-once.ts";
import { buildGraph, type ImageGraph } from "../graph/build-graph.ts";
import { compareDependencies } from "../graph/compare-dependencies.ts";
import { entriesOf, parseLockfile, type Lockfile } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import { mergeFacts } from "../dockerfile/merge-facts.ts";
import type { Image, Platform } from "../model/image.ts";
import { canonicalName, type Reference } from "../model/reference.ts";
import type { Checkout } from "../ports.ts";
import { referenceOwner, type Owner } from "../references/own-references.ts";
import { createScanner, type Scanner } from "../references/scanner.ts";
import { argumentsFor, argumentTexts, passedImages } from "./arguments.ts";
import { earlierDigests } from "./lockfile-history.ts";
import type { Configured } from "./world.ts";

/** One image with what its files say. */
export interface SurveyedImage {
  readonly image: Image;
  /** How the Dockerfile was read, for the first platform; its bytes are the working tree's. */
  readonly input: DockerfileInput;
  /** The same for each platform. */
  readonly inputs: readonly DockerfileInput[];
  /** What it says for all platforms together. */
  readonly facts: DockerfileFacts;
  /** Direct dependencies, in the order of the configuration. */
  readonly dependencies: readonly string[];
}

/** All images, what each is built from, and the digests known to be good: what every command begins with. */
export interface Survey {
  /** In the order of the configuration. */
  readonly images: ReadonlyMap<string, SurveyedImage>;
  readonly graph: ImageGraph;
  /** What it says of these images. */
  readonly lockfile: Lockfile;
  /** Whose a reference in a file is. */
  readonly owner: Owner;
  /** Which image a Dockerfile's reference stands for when it is built: also by the repository that is its home. */
  readonly ownerOfUse: Owner;
  /** Finds pins as the configuration says. */
  readonly scanner: Scanner;
  /** Whether a reference is to a repository of an image, whichever image it is. */
  readonly isManaged: (reference: Reference) => boolean;
}

/**
 * Reads all that decisions are made of. Throws a `ConfigurationError` with every problem that it meets. Declared dependencies
 * that do not agree with the Dockerfile are problems, unless it is asked for to see them.
 */
export async function survey(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  configured: Configured,
  declared: "must agree" | "may differ" = "must agree",
): Promise<Survey> {
  const known = parseLockfile(await checkout.read(configured.lockfile), configured.lockfile);
  const lockfile = entriesOf(known, configured.images);
  const earlier = await earlierDigests(checkout, configured.lockfile, sharing(configured.images), lockfile);
  const referred = configured.images.map((image) => ({
    ...image,
    digests: [...digestsOf(image, lockfile), ...(earlier.get(image.name) ?? [])],
  }));
  const owner = referenceOwner(referred);
  const ofHome = referenceOwner(
    referred.map((image) => ({ ...image, repository: image.home ?? image.repository })),
  );
  const ownerOfUse: Owner = (reference) => owner(reference) ?? ofHome(reference);
  const { dockerfiles, missing } = await readDockerfiles(checkout, configured);
  const present = configured.images.filter(({ dockerfile }) => dockerfiles.has(dockerfile));
  const images = surveyImages(present, dockerfiles, ownerOfUse);
  const differences = declared === "must agree" ? disagreements : () => [];
  failOn([
    ...missing,
    ...[...images.values()].flatMap((each) => [...each.facts.problems, ...differences(each)]),
  ]);
  const repositories = new Set(
    configured.images.flatMap(({ repository, home = repository }) => [repository, home].map(canonicalName)),
  );
  const isManaged = ({ name }: Reference) => repositories.has(canonicalName(name));
  const scanner = createScanner(configured.references, scannedImages(configured.images));
  return { images, graph: graphOf(images), lockfile, owner, ownerOfUse, scanner, isManaged };
}

function scannedImages(images: readonly Image[]) {
  return {
    repositories: new Map(images.map(({ name, repository }) => [name, repository])),
    dockerfiles: new Set(images.map(({ dockerfile }) => dockerfile)),
  };
}

/** An image that is known to be in the survey. */
export function imageIn({ images }: Pick<Survey, "images">, name: string): SurveyedImage {
  const image = images.get(name);
  if (image === undefined) throw new Error(`there is no image ${name} in the survey`);
  return image;
}

function digestsOf({ name }: Image, lockfile: Lockfile): readonly Digest[] {
  const entry = lockfile.images.get(name);
  return entry === undefined ? [] : [entry.digest, ...Object.values(entry.platforms ?? {})];
}

/** Images whose repository is another's, too, so that a digest may have to tell which is meant. */
function sharing(images: readonly Image[]): readonly Image[] {
  const counts = new Map<string, number>();
  for (const { repository } of images)
    counts.set(canonicalName(repository), (counts.get(canonicalName(repository)) ?? 0) + 1);
  return images.filter(({ repository }) => (counts.get(canonicalName(repository)) ?? 0) > 1);
}

/** The bytes of each image's Dockerfile, by its path, and a problem for each that is not there. */
async function readDockerfiles(checkout: Pick<Checkout, "read">, { images, render }: Configured) {
  const found = new Map<string, Uint8Array>();
  const problems: Problem[] = [];
  for (const { name, dockerfile, dockerfileCommand: command } of images) {
    const read = () => (command === undefined ? checkout.read(dockerfile) : render(command));
    const bytes = found.get(dockerfile) ?? (await read());
    if (bytes !== undefined) found.set(dockerfile, bytes);
    else problems.push(missingDockerfile(name, dockerfile));
  }
  return { dockerfiles: found, missing: problems };
}

function missingDockerfile(name: string, dockerfile: string): Problem {
  return {
    where: `images.${name}.dockerfile`,
    what: `there is no file ${dockerfile} (a link is none)`,
    remedy: "Create it, or name another with `dockerfile` (the path is relative to the configuration file).",
  };
}

/** Reads each Dockerfile for the triggers that it hands on and, if any does, once more with those that its parents hand it. */
function surveyImages(
  images: readonly Image[],
  dockerfiles: ReadonlyMap<string, Uint8Array>,
  owner: Owner,
): ReadonlyMap<string, SurveyedImage> {
  const repositories = new Map(images.map(({ name, repository }) => [name, repository]));
  const repositoryOf = (name: string) => repositories.get(name) ?? name;
  const read = images.map((image) => {
    const bytes = dockerfiles.get(image.dockerfile) ?? new Uint8Array();
    return {
      image,
      inputs: image.platforms.map((platform) => inputOf(image, platform, bytes, repositoryOf)),
    };
  });
  const readBare = readAlike();
  const triggers = new Map(
    read.map(({ image, inputs }) => [
      image.name,
      inputs.slice(0, 1).flatMap((each) => readBare(each).triggers),
    ]),
  );
  const hasTriggers = [...triggers.values()].some((each) => each.length > 0);
  const positions = new Map(images.map(({ name }, position) => [name, position]));
  const triggersOf: DockerfileInput["triggersOf"] = (reference) => triggers.get(owner(reference) ?? "") ?? [];
  return new Map(
    read.map(({ image, inputs: bare }) => {
      const inputs = hasTriggers ? bare.map((input) => ({ ...input, triggersOf })) : bare;
      const [input] = inputs;
      if (input === undefined) throw new Error(`${image.name} has no platform`);
      const facts = mergeFacts(inputs.map(hasTriggers ? readOnce : readBare));
      return [
        image.name,
        { image, input, inputs, facts, dependencies: dependenciesOf(image, facts, owner, positions) },
      ];
    }),
  );
}

function inputOf(
  image: Image,
  platform: Platform,
  bytes: Uint8Array,
  repositoryOf: (name: string) => string,
): DockerfileInput {
  const contexts = Object.entries(image.contexts ?? {});
  return {
    file: image.dockerfile,
    bytes,
    ...(image.target === undefined ? {} : { target: image.target }),
    args: argumentTexts(argumentsFor(image, platform), repositoryOf),
    platform,
    // Where an optional one is missing, what the file says of its name counts.
    contexts: contexts.flatMap(([name, context]) =>
      context.kind === "base" && context.isOptional ? [] : [name],
    ),
  };
}

/** The images that a build resolves or passes as arguments, and those that its triggers carry in its configuration. */
function dependenciesOf(
  image: Image,
  facts: DockerfileFacts,
  owner: Owner,
  positions: ReadonlyMap<string, number>,
): readonly string[] {
  const used = [...facts.uses, ...facts.triggerUses].map(({ reference }) => owner(reference));
  const wanted = new Set([...used, ...passedImages(image)]);
  const known = [...wanted].flatMap((name) => (name !== undefined && positions.has(name) ? [name] : []));
  return known.sort((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0));
}

function disagreements({ image, dependencies }: SurveyedImage): readonly Problem[] {
  const declared = image.declaredDependencies;
  return declared === undefined ? [] : compareDependencies(image, declared, dependencies);
}

function graphOf(images: ReadonlyMap<string, SurveyedImage>): ImageGraph {
  return buildGraph(new Map([...images].map(([name, { dependencies }]) => [name, dependencies])));
}

/** What is wrong with a Dockerfile of several images is said once. */
function failOn(problems: readonly Problem[]): void {
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  if (unique.size > 0) throw new ConfigurationError([...unique.values()]);
}
