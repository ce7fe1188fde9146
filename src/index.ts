/** The library: what a configuration needs, and the words of its results. */
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
export { parseDigest, type Digest } from "./model/digest.ts";
export { DEFAULT_REFERENCES, type ReferenceSettings } from "./model/reference-settings.ts";
export { formatReference, parseReference, type Reference } from "./model/reference.ts";
export type { ImageSize } from "./model/image-size.ts";
export type { ImageResult, Notice, Outcome, ReferenceChange, RunResult } from "./model/run.ts";
export type { RuleName, Severity, Violation } from "./model/violation.ts";
export { parseLockfile, type LockEntry, type Lockfile } from "./lockfile/lockfile.ts";
export type { Pin } from "./references/pin.ts";
export { createScanner, type Scanner } from "./references/scanner.ts";
