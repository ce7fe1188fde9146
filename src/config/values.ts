import * as z from "zod";
import { BUILD_VALUES, builder, builders } from "./build-values.ts";
import { findGitProblem } from "./contexts.ts";
import { findMessageProblem, findTrailerKeyProblem, findTrailerValueProblem } from "./commit-values.ts";
import type { Finding } from "./finding.ts";
import { FORMS } from "./forms.ts";
import { findRuleProblem } from "./lint-values.ts";
import { test } from "./test-values.ts";
import { findDockerfileProblem } from "./dockerfile-command.ts";
import type { DockerfileCommand } from "./define-config.ts";
import { findPromotedTagProblem, findPromotionProblem, findTargetProblem } from "./promotion-values.ts";
import { findGlobProblem, findPatternProblem } from "./reference-values.ts";
import { isImageName } from "../model/reference.ts";
import { isTagTemplate, isWord, TAG_WORDS, wordsOf } from "../model/tag-template.ts";
import type { LintSettings } from "../model/violation.ts";

type Text = (value: string) => Finding | undefined;

const NETWORKS = ["default", "none", "host"];

/** Names that other tools have for architectures, and what Docker calls them. */
const ARCHITECTURES = new Map([
  ["x86_64", "amd64"],
  ["aarch64", "arm64"],
  ["i386", "386"],
]);

const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/;

const dockerfile = z
  .custom<string | DockerfileCommand>()
  .superRefine((value, context) => {
    const finding = findDockerfileProblem(value);
    if (finding !== undefined) context.addIssue(issue(finding));
  })
  .meta(FORMS.dockerfile);

const context = text((value) =>
  value === "" ? { what: "is empty", remedy: "Name a path, or leave the key out." } : findGitProblem(value),
);

const target = text((value) =>
  /^\S+$/.test(value)
    ? undefined
    : { what: "is no name of a stage", remedy: "Name a stage of the Dockerfile, or leave the key out." },
);

const tag = text(findTagProblem);

const network = text((value) =>
  NETWORKS.includes(value)
    ? undefined
    : { what: `there is no network ${JSON.stringify(value)}`, remedy: `It is ${NETWORKS.join(" or ")}.` },
).meta({ enum: NETWORKS });

const registry = text(findRegistryProblem);

const repository = text((value) => findNameProblem(value, isImageName(value)));

const tags = listOf(tag);

const platforms = listOf(text(findPlatformProblem));

const labels = z.record(z.string(), z.string());

const lint = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    for (const [rule, severity] of Object.entries(value)) {
      const finding = findRuleProblem(rule, severity);
      if (finding !== undefined) context.addIssue({ ...issue(finding), path: [rule] });
    }
  })
  .transform((value): LintSettings =>
    Object.fromEntries(Object.entries(value).filter(([, how]) => how !== undefined)),
  )
  .meta(FORMS.lint);

const globs = z.array(text(findGlobProblem));

const expression = z
  .custom<string | RegExp>()
  .superRefine((value, context) => {
    const finding = findPatternProblem(value);
    if (finding !== undefined) context.addIssue(issue(finding));
  })
  .meta(FORMS.expression);

const references = z.strictObject({
  include: listOf(text(findGlobProblem)).optional(),
  exclude: globs.optional(),
  patterns: z.array(z.strictObject({ files: listOf(text(findGlobProblem)), match: expression })).optional(),
});

const path = text((value) =>
  value === "" ? { what: "is empty", remedy: "Name a path, or leave the key out." } : undefined,
);

/** One, or a list. */
const trailer = z
  .preprocess((value) => (typeof value === "string" ? [value] : value), listOf(text(findTrailerValueProblem)))
  .meta(FORMS.trailer);

const commit = z.strictObject({
  message: text(findMessageProblem).optional(),
  perImage: z.boolean().optional(),
  trailers: z
    .record(z.string(), trailer)
    .superRefine((value, context) => {
      for (const key of Object.keys(value)) {
        const finding = findTrailerKeyProblem(key);
        if (finding !== undefined) context.addIssue(issue(finding));
      }
    })
    .optional(),
  signoff: z.boolean().optional(),
});

const registries = z
  .record(z.string(), z.strictObject({ http: z.boolean().optional(), ca: path.optional() }))
  .superRefine((value, context) => {
    for (const host of Object.keys(value)) {
      const finding = findHostProblem(host);
      if (finding !== undefined) context.addIssue({ ...issue(finding), path: [host] });
    }
  });

const promotions = z
  .record(
    z.string(),
    z.strictObject({
      registry,
      names: z.record(z.string(), text(findTargetProblem)).optional(),
      tags: listOf(text((value) => findTagProblem(value) ?? findPromotedTagProblem(value))).optional(),
    }),
  )
  .superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      const finding = findPromotionProblem(name);
      if (finding !== undefined) context.addIssue({ ...issue(finding), path: [name] });
    }
  });

/** What is the same for all images, as it is read; what an image has of its own counts more. */
export const TOP_VALUES = {
  registry,
  dockerfile,
  context,
  platforms,
  tags,
  labels,
  builder,
  builders,
  lint,
  reproducible: z.boolean(),
  references,
  commit,
  registries,
  promotions,
  /** For editors. */
  $schema: z.string(),
} as const;

/** The keys of an image and how their values are read. */
export const IMAGE_VALUES = {
  dockerfile,
  context,
  target,
  args: z.record(z.string(), z.string()),
  platforms,
  tags,
  labels,
  lint,
  reproducible: z.boolean(),
  network,
  ...BUILD_VALUES,
  builder,
  test: z.array(test),
  dependencies: z.array(z.string()),
  repository,
} as const;

/** The values that were written, by key; none for a key that was left out or has a problem. */
export type Values<Schemas extends Readonly<Record<string, z.ZodType>>> = {
  readonly [Key in keyof Schemas]?: z.output<Schemas[Key]>;
};

/** What is wrong with a registry, below which each image gets a repository. */
export function findRegistryProblem(value: string): Finding | undefined {
  return findNameProblem(value, isImageName(`${value}/x`));
}

function findTagProblem(value: string): Finding | undefined {
  const strange = wordsOf(value).find((word) => !isWord(word));
  if (strange !== undefined)
    return {
      what: `there is no value for {${strange}} in a tag`,
      remedy: `There are ${TAG_WORDS.map((word) => `{${word}}`).join(", ")}.`,
    };
  return isTagTemplate(value)
    ? undefined
    : {
        what: `${JSON.stringify(value)} is no tag`,
        remedy:
          "A tag is at most 128 letters, digits, `_`, `.` and `-`, and begins with a letter, a digit or `_`.",
      };
}

function findHostProblem(host: string): Finding | undefined {
  if (!host.includes("/") && isImageName(`${host}/x`)) return undefined;
  const what = `${JSON.stringify(host)} is no host of a registry`;
  return { what, remedy: "Write it like registry.example:5000, without a scheme and a path." };
}

function text(find: Text) {
  return z.string().superRefine((value, context) => {
    const finding = find(value);
    if (finding !== undefined) context.addIssue(issue(finding));
  });
}

/** A list of different things, at least one. */
function listOf(item: ReturnType<typeof text>) {
  return z
    .array(item)
    .superRefine((value, context) => {
      if (value.length === 0)
        context.addIssue(issue({ what: "is an empty list", remedy: "Leave the key out for the default." }));
      const twice = value.find((entry, index) => value.indexOf(entry) < index);
      if (twice !== undefined)
        context.addIssue(issue({ what: `has ${twice} twice`, remedy: "Take one out." }));
    })
    .meta(FORMS.list);
}

function issue({ what, remedy }: Finding) {
  return { code: "custom", message: what, params: { remedy } } as const;
}

function findPlatformProblem(value: string): Finding | undefined {
  const [system = "", architecture = "", ...variant] = value.split("/");
  const docker = ARCHITECTURES.get(architecture);
  if (docker !== undefined) {
    const remedy = `Write ${JSON.stringify([system, docker, ...variant].join("/"))}.`;
    return { what: `Docker calls ${architecture} ${docker}`, remedy };
  }
  if (PLATFORM.test(value)) return undefined;
  return { what: `${JSON.stringify(value)} is no platform`, remedy: 'Write it like "linux/amd64".' };
}

function findNameProblem(value: string, isName: boolean): Finding | undefined {
  if (isName) return undefined;
  const what = `${JSON.stringify(value)} is no place in a registry`;
  const scheme = /^[a-z]+:\/\//.exec(value)?.[0];
  if (scheme !== undefined) return { what, remedy: `Leave out ${scheme}` };
  if (/@|:[^/]*$/.test(value)) return { what, remedy: "Leave out the tag or digest; there are `tags`." };
  if (value.endsWith("/")) return { what, remedy: "Leave out the slash at the end." };
  return { what, remedy: "Write it like us-docker.pkg.dev/acme/images: lower-case, without tag and digest." };
}
