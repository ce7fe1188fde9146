import type { Options } from "yargs";
import { texts, count, platform } from "./coerce.ts";
import { runOptions } from "./options.ts";

const someImages = {
  alias: "images",
  type: "string",
  requiresArg: true,
  coerce: texts,
  describe: "Only this image; may be repeated",
} as const satisfies Options;

const textOrJson = {
  choices: ["text", "json"],
  default: "text",
  describe: "How the result is written",
} as const;

/** The flags of `promote`. */
export const promoteOptions = {
  tag: {
    type: "string",
    requiresArg: true,
    describe: "The tag that is moved; with --to, the one it gets there",
  },
  to: {
    type: "string",
    requiresArg: true,
    describe: "Copy to another place: one of the configuration's promotions, or a registry",
  },
  image: someImages,
  "require-branch": {
    type: "string",
    requiresArg: true,
    describe: "Move nothing unless the lockfile is that of this branch's head",
  },
  "dry-run": {
    alias: ["n", "dry_run"],
    type: "boolean",
    default: false,
    describe: "Show what would be moved, and stop",
  },
  "create-repository": runOptions["create-repository"],
  "push-concurrency": {
    ...runOptions["push-concurrency"],
    describe: "Most layers copied at the same time",
  },
  progress: runOptions.progress,
  format: textOrJson,
} as const satisfies Record<string, Options>;

/** The flags of `tags`. */
export const tagsOptions = {
  image: someImages,
  tag: { type: "string", requiresArg: true, coerce: texts, describe: "Only this tag; may be repeated" },
  to: {
    type: "string",
    requiresArg: true,
    describe: "Those at another place: one of the configuration's promotions, or a registry",
  },
  format: textOrJson,
} as const satisfies Record<string, Options>;

/** The flags of `pull`. */
export const pullOptions = {
  image: someImages,
  platform: {
    type: "string",
    requiresArg: true,
    coerce: platform,
    describe: "For this platform, such as linux/arm64",
    defaultDescription: "the image's only one, or the engine's",
  },
  concurrency: {
    ...runOptions.concurrency,
    default: 4,
    defaultDescription: "4",
    describe: "Most images at the same time",
  },
  retries: runOptions.retries,
  progress: runOptions.progress,
  format: textOrJson,
} as const satisfies Record<string, Options>;

/** The flags of `prune`. */
export const pruneOptions = {
  image: someImages,
  "keep-tags": {
    type: "string",
    requiresArg: true,
    coerce: texts,
    default: ["*"],
    defaultDescription: "all but fp-…",
    describe: "Keep what has a tag like this; may be repeated",
  },
  "keep-days": {
    type: "number",
    requiresArg: true,
    coerce: count("--keep-days"),
    default: 14,
    describe: "Keep what is younger",
  },
  "keep-history": {
    type: "number",
    requiresArg: true,
    coerce: count("--keep-history"),
    default: 0,
    describe: "Keep what was named so many commits before each branch's and tag's head",
  },
  "dry-run": {
    alias: ["n", "dry_run"],
    type: "boolean",
    default: false,
    describe: "Show what would be deleted, and stop, as without --yes",
  },
  yes: { alias: "y", type: "boolean", default: false, describe: "Delete, and not only show" },
  format: textOrJson,
} as const satisfies Record<string, Options>;
