import type { Builder, Checkout, Clock, ContextFiles, Logs, Registry, Report } from "../ports.ts";
import type { BuilderChoice } from "../model/builder.ts";
import type { PromotionTarget } from "../model/copy.ts";
import type { Image } from "../model/image.ts";
import type { CommitSettings } from "../model/commit-settings.ts";
import type { ReferenceSettings } from "../model/reference-settings.ts";
import type { RegistrySettings } from "../model/registry-settings.ts";

/** The configuration that an operation works on. */
export interface Configured {
  /** In the order of the configuration. */
  readonly images: readonly Image[];
  /** Below which images have their repositories, if the configuration says it. */
  readonly registry: string | undefined;
  /** Runs a program that writes a Dockerfile, each once. A `UserError` where it fails. */
  readonly render: (command: readonly string[]) => Promise<Uint8Array>;
  /** How many images a buildx builder builds at the same time, where the configuration says it. */
  readonly builders: ReadonlyMap<string, number>;
  /** What the configuration's file exports, where nothing but that and the command line says what is configured. */
  readonly exported?: unknown;
  /** Path of the configuration from the root of the checkout. */
  readonly file: string;
  /** Path of the lockfile from the root of the checkout. */
  readonly lockfile: string;
  /** Where references are looked for. */
  readonly references: ReferenceSettings;
  readonly commit: CommitSettings;
  /** How registries are reached. */
  readonly registries: RegistrySettings;
  /** Where images can be promoted to, by name. */
  readonly promotions: ReadonlyMap<string, PromotionTarget>;
}

/** The outside that a run needs. */
export interface World {
  readonly checkout: Checkout;
  readonly contextFiles: ContextFiles;
  /** Joins a builder when it is first asked for; a `UserError` where it does not answer. */
  readonly builder: (choice: BuilderChoice) => Promise<Builder>;
  readonly registry: Registry;
  readonly logs: Logs;
  readonly clock: Clock;
  readonly report: Report;
}
