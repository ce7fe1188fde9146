/**
 * The written configuration becomes images, with every default filled in.
 *
 * First each key is read for itself (`readConfiguration`), then the values are seen together (`findProblems`,
 * `findClashes`): a user gets every problem at once, never one after the other.
 */
import { findClashes } from "./find-clashes.ts";
import { findProblems } from "./find-problems.ts";
import type { Place } from "./place.ts";
import { readConfiguration } from "./read-configuration.ts";
import { resolveCommit } from "./resolve-commit.ts";
import { resolveImage } from "./resolve-image.ts";
import { resolvePromotions } from "./resolve-promotions.ts";
import { resolveReferences } from "./resolve-references.ts";
import { resolveRegistries } from "./resolve-registries.ts";
import { ConfigurationError } from "../errors.ts";
import type { CommitSettings } from "../model/commit-settings.ts";
import type { PromotionTarget } from "../model/copy.ts";
import type { Image } from "../model/image.ts";
import type { ReferenceSettings } from "../model/reference-settings.ts";
import type { RegistrySettings } from "../model/registry-settings.ts";

/** What a configuration declares. */
export interface Resolved {
  /** Below which images get their repositories, if it is said. */
  readonly registry: string | undefined;
  /** In the order of the configuration. */
  readonly images: readonly Image[];
  readonly references: ReferenceSettings;
  /** How many images a builder builds at the same time, by its name. */
  readonly builders: ReadonlyMap<string, number>;
  readonly commit: CommitSettings;
  readonly registries: RegistrySettings;
  /** Where images can be promoted to, by name. */
  readonly promotions: ReadonlyMap<string, PromotionTarget>;
}

/** The images that `input` declares. Throws a `ConfigurationError` with every problem, each with the path of its key. */
export function resolveConfiguration(input: unknown, place: Place): Resolved {
  const written = readConfiguration(input, place.file);
  const problems = [...written.problems, ...findProblems(written, place), ...findClashes(written, place)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const images = [...written.images].map(([name, { values }]) => resolveImage(name, values, written, place));
  const registry = place.registry ?? written.top.values.registry;
  const builders = Object.entries(written.top.values.builders ?? {});
  const { references, registries, promotions } = written.top.values;
  return {
    registry,
    images,
    references: resolveReferences(references),
    registries: resolveRegistries(registries, place),
    promotions: resolvePromotions(promotions),
    builders: new Map(builders.map(([name, { concurrency }]) => [name, concurrency])),
    commit: resolveCommit(written.top.values.commit),
  };
}
