/**
 * The plan: which images a run concerns, and what it would do for each. Inputs and the registry's answers are gathered as
 * they are needed, for all images at the same time; what they mean is for `decide` to say.
 */
import { UserError } from "../errors.ts";
import type { BuilderChoice } from "../model/builder.ts";
import type { Digest } from "../model/digest.ts";
import { fingerprintTag, type Fingerprint } from "../model/fingerprint.ts";
import type { Decision, Plan } from "../model/plan.ts";
import type { Registry } from "../ports.ts";
import { chooseBuilder } from "../plan/choose-builder.ts";
import { decide, reuse } from "../plan/decide.ts";
import { createLimit, type Limit } from "../schedule/create-limit.ts";
import type { InputsOf } from "./gather-inputs.ts";
import { imageIn, type Survey } from "./survey.ts";

/** What a run is asked for. */
export interface Selection {
  /** Names of images of the graph. */
  readonly named: readonly string[];
  /** Whether what depends on a selected image is selected too. */
  readonly dependents: boolean;
  /** Whether a dependency of a selected image that is not up to date is selected too. */
  readonly dependencies: boolean;
  /** Whether the named images are built even if nothing changed. */
  readonly force: boolean;
}

/** What is known outside of the lockfile. */
export interface Sources {
  readonly survey: Survey;
  readonly inputsOf: InputsOf;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  /** Is told as soon as it is known that something is to be built, while the rest is still being planned. */
  readonly foreseeBuild?: (builder: BuilderChoice) => void;
}

/** Most questions to registries at the same time. */
const LOOK_UPS = 16;

/** Decides for all images that a run concerns. Changes nothing. */
export async function planImages(sources: Sources, selection: Selection): Promise<Plan> {
  const lookUp = openLookUps(sources);
  const missing = new Set<string>();
  const decideAll = (wanted: Selection) => new Planner(sources, wanted, lookUp, missing).decideAll();
  let decisions = await decideAll(selection);
  for (;;) {
    const lost = await findMissing(sources.survey, decisions, lookUp);
    const news = lost.filter((image) => !missing.has(image));
    if (news.length === 0) break;
    for (const image of news) missing.add(image);
    decisions = await decideAll(selection);
  }
  if (selection.dependents && selection.dependencies) return { decisions, leftStale: [] };
  const selected = new Set(decisions.map(({ image }) => image));
  const wider = await decideAll({ ...selection, dependents: true, dependencies: true });
  const stale = wider.filter(({ action }) => action !== "up-to-date").map(({ image }) => image);
  return { decisions, leftStale: stale.filter((image) => !selected.has(image)) };
}

interface LookUps {
  /** The digest that the registry has of a fingerprint. */
  published(image: string, fingerprint: Fingerprint): Promise<Digest | undefined>;
  /** Whether the registry has a digest. */
  has(image: string, digest: Digest): Promise<boolean>;
}

/** Asks the registry for each thing once. */
function openLookUps({ survey, registry, signal }: Sources): LookUps {
  const limit: Limit = createLimit(LOOK_UPS);
  const answers = new Map<string, Promise<Digest | undefined>>();
  const ask = (name: string, reference: { readonly tag: string } | { readonly digest: Digest }) => {
    const key = `${name} ${JSON.stringify(reference)}`;
    const answer = answers.get(key) ?? limit(() => registry.resolve({ name, ...reference }, signal));
    answers.set(key, answer);
    return answer;
  };
  const repositoryOf = (image: string) => imageIn(survey, image).image.repository;
  return {
    published: (image, fingerprint) => ask(repositoryOf(image), { tag: fingerprintTag(fingerprint) }),
    has: async (image, digest) => (await ask(repositoryOf(image), { digest })) !== undefined,
  };
}

class Planner {
  readonly #sources: Sources;
  readonly #selection: Selection;
  readonly #lookUp: LookUps;
  readonly #missing: ReadonlySet<string>;
  readonly #decisions = new Map<string, Promise<Decision>>();
  /** The named images, with their dependents if those are wanted. */
  readonly #asked: ReadonlySet<string>;

  constructor(sources: Sources, selection: Selection, lookUp: LookUps, missing: ReadonlySet<string>) {
    this.#sources = sources;
    this.#selection = selection;
    this.#lookUp = lookUp;
    this.#missing = missing;
    this.#asked = new Set(this.#withDependents(selection.named));
  }

  /** The decisions for all images that the selection concerns, dependencies before their dependents. */
  async decideAll(): Promise<readonly Decision[]> {
    const selected = await this.#select();
    const names = this.#sources.survey.graph.order.filter((name) => selected.has(name));
    return Promise.all(names.map((name) => this.#decide(name)));
  }

  /** The smallest set that has the asked images, what they need that is not up to date, and what depends on those. */
  async #select(): Promise<ReadonlySet<string>> {
    const selected = new Set(this.#asked);
    // All at the same time; below, each is only waited for.
    await Promise.all([...selected].map((name) => this.#decide(name)));
    for (const name of selected) {
      for (const dependency of this.#dependenciesOf(name)) {
        if (selected.has(dependency) || !(await this.#isStale(dependency))) continue;
        for (const image of this.#withDependents([dependency])) selected.add(image);
      }
    }
    return selected;
  }

  #withDependents(names: readonly string[]): ReadonlySet<string> {
    const found = new Set(names);
    // A set that grows while it is walked visits what was added, too.
    if (this.#selection.dependents)
      for (const name of found)
        for (const dependent of this.#sources.survey.graph.dependentsOf(name)) found.add(dependent);
    return found;
  }

  /** The dependencies that the run may build. */
  #dependenciesOf(name: string): readonly string[] {
    const all = this.#sources.survey.graph.dependenciesOf(name);
    return this.#selection.dependencies ? all : all.filter((dependency) => this.#asked.has(dependency));
  }

  async #isStale(name: string): Promise<boolean> {
    return (await this.#decide(name)).action !== "up-to-date";
  }

  #decide(image: string): Promise<Decision> {
    const decision = this.#decisions.get(image) ?? this.#newDecision(image);
    this.#decisions.set(image, decision);
    return decision;
  }

  async #newDecision(image: string): Promise<Decision> {
    const { survey, inputsOf } = this.#sources;
    const [{ inputs, untracked }, dependencies] = await Promise.all([
      inputsOf(image),
      this.#digestsOf(image),
    ]);
    const decided = decide({
      image,
      entry: survey.lockfile.images.get(image),
      inputs,
      ...dependencies,
      isForced: this.#selection.force && this.#selection.named.includes(image),
      isMissing: this.#missing.has(image),
    });
    const decision = untracked.length === 0 ? decided : { ...decided, untracked };
    const { action, fingerprint } = decision;
    if (action === "up-to-date") return decision;
    const builder = chooseBuilder(imageIn(survey, image).image);
    if (fingerprint === undefined) return { ...decision, builder };
    const final = reuse(decision, await this.#lookUp.published(image, fingerprint));
    if (final.action !== "build") return final;
    this.#sources.foreseeBuild?.(builder);
    return { ...final, builder };
  }

  /** The digests that an image's dependencies will have, as far as they are known before anything is built. */
  async #digestsOf(image: string) {
    const considered = this.#dependenciesOf(image);
    const dependencies = new Map<string, Digest>();
    const unsettled: string[] = [];
    for (const name of this.#sources.survey.graph.dependenciesOf(image)) {
      const decision = considered.includes(name) ? await this.#decide(name) : undefined;
      const digest = decision?.digest ?? this.#sources.survey.lockfile.images.get(name)?.digest;
      if (decision?.action === "build") unsettled.push(name);
      else if (digest === undefined) throw neverBuilt(image, name);
      else dependencies.set(name, digest);
    }
    return { dependencies, unsettled };
  }
}

/** Images that count as up to date, that something is to be built on, and that the registry does not have. */
async function findMissing(
  { graph, lockfile }: Survey,
  decisions: readonly Decision[],
  lookUp: LookUps,
): Promise<readonly string[]> {
  const concerned = new Map(decisions.map((decision) => [decision.image, decision]));
  const built = decisions.filter(({ action }) => action === "build");
  const used = [...new Set(built.flatMap(({ image }) => graph.dependenciesOf(image)))];
  const upToDate = used.filter((image) => (concerned.get(image)?.action ?? "up-to-date") === "up-to-date");
  const found = await Promise.all(
    upToDate.map(async (image) => {
      const digest = lockfile.images.get(image)?.digest;
      return digest === undefined || (await lookUp.has(image, digest)) ? [] : [image];
    }),
  );
  return found.flat();
}

function neverBuilt(image: string, dependency: string): UserError {
  return new UserError(
    `${image} is built on ${dependency}, and the lockfile has no digest of ${dependency}.`,
    {
      remedy: `Leave --no-dependencies out, or build ${dependency} first.`,
    },
  );
}
