import { findContext } from "./find-context.ts";
import { unique, type Declaration } from "./declaration.ts";
import {
  haveSameOwner,
  isQualified,
  mostFrequent,
  registryOf,
  repositoryOf,
  tailOf,
  type RegistryChoice,
} from "./find-registry.ts";
import { linkImages } from "./link-images.ts";
import { mergeDeclarations, type Draft } from "./merge-declarations.ts";
import { isVariant, nameParts, shortestNames, toName } from "./name-dockerfile.ts";
import { separateTags } from "./separate-tags.ts";
import { findTargets, type Targets } from "../dockerfile/find-targets.ts";
import type { Proposal, ProposedImage } from "../model/discovery.ts";
import { canonicalName, formatReference, parseReference } from "../model/reference.ts";

/** What a repository has, as far as images are concerned. */
export interface Material {
  /** The Dockerfiles that images are to be made of. */
  readonly dockerfiles: ReadonlyMap<string, Uint8Array>;
  /** What counts more comes first. */
  readonly declarations: readonly Declaration[];
  /** Every name of an image that some file has, with or without tag and digest. */
  readonly references: readonly string[];
  /** All files that git tracks. */
  readonly files: readonly string[];
  /** What the repository is called. */
  readonly project: string;
  /** Where images are pushed to, if the user says it. */
  readonly registry?: string;
  /** Where images are probably pushed to if nothing says it. */
  readonly guess: string;
}

/** A draft with what is known of where it goes. */
interface Placed {
  readonly draft: Draft;
  /** What its Dockerfile's place calls it. */
  readonly natural: string;
  readonly repository?: string;
}

/** Stages that nobody pushes. */
const TEST_STAGE = /^(?:(?:unit-?)?tests?|testing|lint(?:er|ing)?|checks?|coverage|validate|vet|fmt)$/;

/** Whether a stage is, by its name, there only to be run by CI. */
export function isTestStage(name: string): boolean {
  return TEST_STAGE.test(name);
}

/** The images of a repository: those that its files declare, and one for each other Dockerfile and stage that is an end. */
export function proposeImages(material: Material): Proposal {
  const targets = new Map([...material.dockerfiles].map(([path, bytes]) => [path, targetsOf(bytes)]));
  const declared = mergeDeclarations(
    material.declarations.filter(({ dockerfile }) => material.dockerfiles.has(dockerfile)),
    (path) => targets.get(path)?.last,
  );
  const drafts = [...declared, ...undeclared(material, declared, targets)];
  const placed = placeDrafts(drafts, material, targets);
  const { registry, isGuess } = chooseRegistry(placed, material);
  const settled = placed.map((each) => settle(each, registry, material));
  const names = nameAll(settled);
  const images = settled.map((each, index) => imageOf(each, names[index] ?? "", registry));
  return {
    registry,
    isGuess,
    images: linkImages(separateTags(images, drafts), drafts, material.dockerfiles),
  };
}

function targetsOf(bytes: Uint8Array): Targets {
  return findTargets({ bytes, args: {}, platform: "linux/amd64" });
}

function undeclared(
  { dockerfiles, files }: Material,
  declared: readonly Draft[],
  targets: ReadonlyMap<string, Targets>,
): readonly Draft[] {
  const others = [...dockerfiles].filter(([path]) => !declared.some(({ dockerfile }) => dockerfile === path));
  return others.flatMap(([dockerfile, bytes]) => {
    const context = findContext(dockerfile, bytes, files) ?? "";
    const plain = { where: dockerfile, places: [], dockerfile, context, ...EMPTY };
    const ends = (targets.get(dockerfile)?.ends ?? []).filter((stage) => !isTestStage(stage));
    return [plain, ...ends.map((target) => ({ ...plain, target }))];
  });
}

const EMPTY = { args: {}, references: [], platforms: [], labels: {}, contexts: {}, unsupported: [] } as const;

function placeDrafts(
  drafts: readonly Draft[],
  { project, dockerfiles }: Material,
  targets: ReadonlyMap<string, Targets>,
): readonly Placed[] {
  const paths = unique(drafts.map(({ dockerfile }) => dockerfile));
  const all = new Set(dockerfiles.keys());
  const names = shortestNames(
    new Map(paths.map((path) => [path, nameParts(path, project)])),
    new Set(paths.filter((path) => isVariant(path, all))),
  );
  return drafts.map((draft) => {
    const file = names.get(draft.dockerfile) ?? project;
    const isEnd = draft.target !== undefined && draft.target !== targets.get(draft.dockerfile)?.last;
    const repository = draft.references.map(repositoryOf).find((each) => each !== undefined);
    return {
      draft,
      natural: isEnd ? `${file}-${toName(draft.target)}` : file,
      ...(repository === undefined ? {} : { repository }),
    };
  });
}

/** What images are declared to be pushed to says more than what files refer to. */
function chooseRegistry(placed: readonly Placed[], material: Material): RegistryChoice {
  if (material.registry !== undefined) return { registry: material.registry, isGuess: false };
  const declared = placed.flatMap(({ repository }) =>
    repository === undefined ? [] : registryOf(repository),
  );
  const referred = placed.flatMap((each) =>
    each.repository === undefined ? unique(candidatesFor(each, material).map(registryOf)) : [],
  );
  const registry = mostFrequent(declared) ?? mostFrequent(referred);
  return { registry: registry ?? material.guess, isGuess: registry === undefined };
}

/** Repositories that files refer to and that are called like the image. What the image itself is built on is not the image. */
function candidatesFor({ draft, natural }: Placed, material: Material): readonly string[] {
  const bytes = material.dockerfiles.get(draft.dockerfile);
  const own = new Set(
    (bytes === undefined ? [] : targetsOf(bytes).images).map(({ name }) => canonicalName(name)),
  );
  const tails = [
    natural,
    `${material.project}-${natural}`,
    ...(draft.target === undefined ? [] : [draft.target]),
  ];
  const names = unique(material.references.flatMap((text) => parseReference(text)?.name ?? []));
  return tails.flatMap((tail) =>
    names.filter((name) => isQualified(name) && tailOf(name) === tail && !own.has(canonicalName(name))),
  );
}

/** Finds the repository of an image that nobody declares among those that files refer to. */
function settle(placed: Placed, registry: string, material: Material): Placed {
  if (placed.repository !== undefined) return placed;
  const candidates = candidatesFor(placed, material);
  const repository =
    candidates.find((name) => registryOf(name) === registry) ??
    candidates.find((name) => haveSameOwner(registryOf(name), registry));
  return repository === undefined ? placed : { ...placed, repository };
}

/** What the tool calls it, or else its repository, or else its place. */
function nameAll(placed: readonly Placed[]): readonly string[] {
  const first = placed.map(({ draft, repository, natural }) => {
    const tool = draft.name === undefined ? undefined : toName(draft.name);
    const name = tool ?? (repository === undefined ? natural : toName(tailOf(repository)));
    return name === "all" || name === "" ? `${name}image` : name;
  });
  const taken = new Set<string>();
  return first.map((name, index) => {
    const each = placed[index];
    const isShared = first.indexOf(name) !== first.lastIndexOf(name);
    const stage = each?.draft.target === undefined ? [] : [`${name}-${toName(each.draft.target)}`];
    const tags = (each?.draft.references ?? []).flatMap((text) => parseReference(text)?.tag ?? []);
    const versions = tags.filter((tag) => tag !== "latest").map((tag) => `${name}-${toName(tag)}`);
    const others = [...stage, ...versions, each?.natural ?? name];
    const counted = Array.from({ length: placed.length }, (_, count) => `${name}-${count + 2}`);
    const isFree = (word: string) => !taken.has(word);
    const ordered = isShared && taken.has(name) ? [...others, ...counted] : [name, ...others, ...counted];
    const chosen = ordered.find(isFree) ?? name;
    taken.add(chosen);
    return chosen;
  });
}

function imageOf({ draft, repository }: Placed, name: string, registry: string): ProposedImage {
  const own = repository ?? `${registry}/${name}`;
  const tags = draft.references.flatMap((text) => {
    const reference = parseReference(text);
    const isOwn = reference !== undefined && canonicalName(reference.name) === canonicalName(own);
    return isOwn && reference.tag !== undefined ? [reference.tag] : [];
  });
  const { dockerfile, context, target, args, contexts, platforms, labels, network, unsupported } = draft;
  return {
    name,
    repository: own,
    dockerfile,
    context,
    ...(target === undefined ? {} : { target }),
    args,
    contexts,
    platforms,
    tags: unique(tags),
    labels,
    ...(network === undefined ? {} : { network }),
    unsupported: [...unsupported, ...otherRepositories(draft, own)],
  };
}

function otherRepositories({ references }: Draft, own: string): readonly string[] {
  const all = unique(references.flatMap((text) => repositoryOf(text) ?? []));
  const others = all.filter((name) => canonicalName(name) !== canonicalName(own));
  return others.map((name) => `a second repository, ${formatReference({ name })}`);
}
