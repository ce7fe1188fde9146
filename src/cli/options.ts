import { availableParallelism } from "node:os";
import type { Options } from "yargs";
import { texts, duration, count, bound, identity } from "./coerce.ts";

/** The ways to write what a check found. */
export const CHECK_FORMATS = ["text", "json", "github"] as const;

/** Flags that every command takes. */
export const commonOptions = {
  config: {
    alias: "c",
    type: "string",
    requiresArg: true,
    describe: "The configuration file, instead of the nearest images.config.ts",
  },
  "config-from": {
    type: "string",
    requiresArg: true,
    describe: "Take the configuration from this revision: that of a branch which is not trusted is not run",
  },
  registry: {
    type: "string",
    requiresArg: true,
    describe: "Takes the place of the configuration's registry; `local` is one on this machine",
  },
  "lookup-concurrency": {
    type: "number",
    requiresArg: true,
    coerce: bound("--lookup-concurrency"),
    default: 16,
    describe: "Most questions to registries at the same time",
  },
} as const satisfies Record<string, Options>;

/** The flags of all commands that commit. */
const commitOptions = {
  "no-commit": {
    type: "boolean",
    default: false,
    describe: "Leave the new digests uncommitted in the working tree",
  },
  author: {
    type: "string",
    requiresArg: true,
    coerce: identity,
    describe: "The commit's author, `Name <address>`, instead of the one that git is configured with",
  },
} as const satisfies Record<string, Options>;

/** The flags that say which images a run or a plan is about. */
const selectionOptions = {
  image: {
    alias: "images",
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "An image, with all that depends on it; may be repeated; `all` is every image",
  },
  since: {
    type: "string",
    requiresArg: true,
    describe: "Only images that differ from this revision: a commit, branch or tag",
  },
  "no-dependents": {
    type: "boolean",
    default: false,
    describe: "Leave what depends on the images as it is",
  },
  "no-dependencies": {
    type: "boolean",
    default: false,
    describe: "Build on the lockfile's digests, even where a dependency is stale",
  },
  force: { type: "boolean", default: false, describe: "Build the named images although nothing changed" },
  builder: {
    type: "string",
    requiresArg: true,
    describe: "Build every image with this buildx builder (docker buildx ls)",
  },
} as const satisfies Record<string, Options>;

/** The flags of `plan`. */
export const planOptions = {
  ...selectionOptions,
  inputs: { type: "boolean", default: false, describe: "List all that goes into the named images" },
  format: { choices: ["text", "json"], default: "text", describe: "How the plan is written" },
} as const satisfies Record<string, Options>;

/** The flags of `matrix`. */
export const matrixOptions = {
  ...selectionOptions,
  format: {
    choices: ["json", "github", "gitlab"],
    default: "json",
    describe: "`github`: outputs of a step; `gitlab`: a child pipeline",
  },
  template: {
    type: "string",
    requiresArg: true,
    default: ".gitlab/manage-images.yml",
    describe: "The file with the jobs that a child pipeline of GitLab extends",
  },
} as const satisfies Record<string, Options>;

/** The flags of a run. */
export const runOptions = {
  ...selectionOptions,
  "dry-run": {
    alias: ["n", "dry_run"],
    type: "boolean",
    default: false,
    describe: "Show what would be done, and stop",
  },
  "only-references": {
    alias: "only_references",
    type: "boolean",
    default: false,
    describe: "Build nothing; bring every pin to the lockfile's digest",
  },
  from: {
    type: "string",
    requiresArg: true,
    describe: "With --only-references: the lockfile of this revision, which comes back, too",
  },
  concurrency: {
    alias: "j",
    type: "number",
    requiresArg: true,
    coerce: bound("--concurrency"),
    default: availableParallelism(),
    defaultDescription: "number of processors",
    describe: "Most builds at the same time",
  },
  "push-concurrency": {
    type: "number",
    requiresArg: true,
    coerce: bound("--push-concurrency"),
    default: 8,
    describe: "Most pushes at the same time",
  },
  retries: {
    type: "number",
    requiresArg: true,
    coerce: count("--retries"),
    default: 2,
    describe: "How often a push or pull is tried again after a registry's or network's trouble",
  },
  "keep-going": {
    alias: "k",
    type: "boolean",
    default: false,
    describe: "After a failure go on with all that does not need the failed image, and pin what was built",
  },
  "no-cache": { type: "boolean", default: false, describe: "Build every step anew" },
  pull: { type: "boolean", default: false, describe: "Ask registries for newer bases" },
  "no-push": {
    type: "boolean",
    default: false,
    describe: "Build only: nothing is pushed, no digest is written",
  },
  "no-tags": {
    type: "boolean",
    default: false,
    describe:
      "Push without the images' tags: only their fingerprints' and the digests; `promote` sets others",
  },
  ...commitOptions,
  "create-repository": {
    type: "boolean",
    default: false,
    describe: "Make repositories that Artifact Registry does not have",
  },
  progress: {
    choices: ["auto", "tty", "plain", "quiet"],
    default: "auto",
    describe: "How progress is shown, on standard error",
  },
  format: {
    choices: ["text", "json"],
    default: "text",
    describe: "How the result is written, on standard output",
  },
  "metadata-file": {
    type: "string",
    requiresArg: true,
    describe: "Write the result as JSON to this file, too",
  },
  report: {
    type: "string",
    requiresArg: true,
    describe: "Write a page to this file: graph, time line, reasons, digests, logs",
  },
} as const satisfies Record<string, Options>;

/** The flags of `pin`. */
export const pinOptions = {
  include: {
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "Other files, too: a glob on paths from the checkout's root; may be repeated",
  },
  "dry-run": {
    alias: ["n", "dry_run"],
    type: "boolean",
    default: false,
    describe: "Print the difference that it would make, and change nothing",
  },
  ...commitOptions,
  format: { choices: ["text", "json"], default: "text", describe: "How the result is written" },
} as const satisfies Record<string, Options>;

/** The flags of `init`. */
export const initOptions = {
  yes: {
    alias: "y",
    type: "boolean",
    default: false,
    describe: "Ask nothing: take what is likely, and say so",
  },
  "dry-run": {
    alias: ["n", "dry_run"],
    type: "boolean",
    default: false,
    describe: "Print the configuration, and write nothing",
  },
} as const satisfies Record<string, Options>;

/** The flags of `doctor`. */
export const doctorOptions = {
  format: { choices: ["text", "json"], default: "text", describe: "How it is written" },
} as const satisfies Record<string, Options>;

/** The flags of `update`. */
export const updateOptions = {
  image: {
    alias: "images",
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "Only the Dockerfiles of this image; may be repeated",
  },
  base: {
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "Only bases of this name, which may be a glob and have a tag; may be repeated",
  },
  "minimum-age": {
    type: "string",
    requiresArg: true,
    coerce: duration("--minimum-age"),
    describe: "Leave alone what was created less than this ago: 3d, 12h, 30m, 2w",
  },
  ...pinOptions,
} as const satisfies Record<string, Options>;

/** The flags of `check`. */
export const checkOptions = {
  image: {
    alias: "images",
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "Only what concerns this image; may be repeated",
  },
  remote: {
    type: "boolean",
    default: false,
    describe: "Ask registries, too: whether each digest is there, of the right kind, and kept by a tag",
  },
  format: {
    choices: CHECK_FORMATS,
    default: "text",
    describe: "How the drift is written; `github`: as annotations of a workflow",
  },
} as const satisfies Record<string, Options>;

/** The flags of `lint`. */
export const lintOptions = {
  image: { ...checkOptions.image, describe: "Only the Dockerfile of this image; may be repeated" },
  format: {
    choices: CHECK_FORMATS,
    default: "text",
    describe: "How violations are written; `github`: as annotations of a workflow",
  },
} as const satisfies Record<string, Options>;
