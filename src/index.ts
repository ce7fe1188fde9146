/**
 * The library: what a configuration needs, and what programs do with one. Each configuration imports it: nothing that takes
 * a while is loaded before it is called.
 */
export {
  defineConfig,
  type CommitConfiguration,
  type Configuration,
  type ImageConfiguration,
  type LintConfiguration,
  type PromotionConfiguration,
  type ReferencePatternConfiguration,
  type ReferencesConfiguration,
  type TestConfiguration,
} from "./config/define-config.ts";
export { ConfigurationError, InterruptedError, UsageError, UserError, type Problem } from "./errors.ts";
export { openProject } from "./library/open-project.ts";
export type {
  CheckOptions,
  CommandResult,
  Images,
  PlanOptions,
  Project,
  ProjectOptions,
  RunOptions,
} from "./library/project.ts";
export type { DescribedGraph, DescribedImage, JudgedImage } from "./model/described-image.ts";
export { parseDigest, type Digest } from "./model/digest.ts";
export type { Checked, CheckNotice, Drift } from "./model/drift.ts";
export type { Image } from "./model/image.ts";
export type { ImageSize } from "./model/image-size.ts";
export type { Decision, Plan, Reason } from "./model/plan.ts";
export { DEFAULT_REFERENCES, type ReferenceSettings } from "./model/reference-settings.ts";
export { formatReference, parseReference, type Reference } from "./model/reference.ts";
export type {
  ImageResult,
  Notice,
  Outcome,
  Phase,
  ReferenceChange,
  RunEvent,
  RunResult,
} from "./model/run.ts";
export type { RuleName, Severity, Violation } from "./model/violation.ts";
export { parseLockfile, type LockEntry, type Lockfile } from "./lockfile/lockfile.ts";
export type { Pin } from "./references/pin.ts";
export { createScanner, type Scanner } from "./references/scanner.ts";
