/** What BuildKit knows beside what every image has, as it is written and read. */
import * as z from "zod";
import { findContextProblem } from "./contexts.ts";
import type { OptionalContext, SecretConfiguration } from "./define-config.ts";
import { kindOf, type Finding } from "./finding.ts";
import { FORMS, type Form } from "./forms.ts";

/** A name that stands in a list of `key=value` pairs of buildx's, where a comma would begin another one. */
const ID = /^[\w.-]+$/;

/** The keys of an image that only buildx can fulfil. */
export const BUILD_VALUES = {
  contexts: z.record(z.string(), checked<string | OptionalContext>(findContextProblem, FORMS.context)),
  secrets: z.record(z.string(), checked<SecretConfiguration>(findSecretProblem, FORMS.secret)),
  ssh: z.array(checked<string>(findSshProblem, FORMS.text)),
  cacheFrom: z.array(checked<string>(findCacheProblem, FORMS.text)),
  cacheTo: z.array(checked<string>(findCacheProblem, FORMS.text)),
  provenance: checked<boolean | "min" | "max">(findProvenanceProblem, FORMS.provenance),
  sbom: z.boolean(),
  annotations: z.record(z.string(), z.string()),
  platformArgs: z.record(z.string(), z.record(z.string(), z.string())),
} as const;

/** The name of a buildx builder. */
export const builder = checked<string>(
  (value) =>
    typeof value === "string" && /^[A-Za-z][\w.-]*$/.test(value)
      ? undefined
      : { what: "is no name of a builder", remedy: "Name one that `docker buildx ls` lists." },
  FORMS.text,
);

/** What is known of builders, by their names. */
export const builders = z.record(
  z.string(),
  z.strictObject({
    concurrency: checked<number>(
      (value) =>
        typeof value === "number" && Number.isInteger(value) && value >= 1
          ? undefined
          : { what: "is no bound", remedy: "Write a whole number from 1." },
      FORMS.bound,
    ),
  }),
);

/** What is wrong with an id of a secret. */
export function findSecretIdProblem(id: string): Finding | undefined {
  if (ID.test(id)) return undefined;
  return {
    what: `${JSON.stringify(id)} is no id of a secret`,
    remedy: "An id is letters, digits, `_`, `.` and `-`.",
  };
}

function checked<Value>(find: (value: unknown) => Finding | undefined, form: Form) {
  return z
    .custom<Value>()
    .superRefine((value, context) => {
      const finding = find(value);
      if (finding === undefined) return;
      context.addIssue({ code: "custom", message: finding.what, params: { remedy: finding.remedy } });
    })
    .meta(form);
}

function findSecretProblem(value: unknown): Finding | undefined {
  const remedy = 'Write { file: "path" } or { env: "NAME" }; the value itself never stands here.';
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { what: `must be an object, not ${kindOf(value)}`, remedy };
  const [[key, source] = [], ...more] = Object.entries(value as Readonly<Record<string, unknown>>);
  if (more.length > 0 || (key !== "file" && key !== "env"))
    return { what: "must have `file` or `env`, and nothing else", remedy };
  if (typeof source !== "string" || source === "")
    return { what: `\`${key}\` must be text, not ${source === "" ? "empty" : kindOf(source)}`, remedy };
  if (key === "env" && !/^[A-Za-z_]\w*$/.test(source))
    return { what: `${JSON.stringify(source)} is no name of an environment variable`, remedy };
  return undefined;
}

function findSshProblem(value: unknown): Finding | undefined {
  if (typeof value === "string" && /^[\w.-]+(?:=[^,]+(?:,[^,]+)*)?$/.test(value)) return undefined;
  return {
    what: "is no SSH agent or key",
    remedy: 'Write "default" for the agent in use, or "id=path" for a socket or key.',
  };
}

function findCacheProblem(value: unknown): Finding | undefined {
  const remedy = 'Write it as buildx has it, like "type=registry,ref=registry.example/cache".';
  if (typeof value !== "string") return { what: `must be text, not ${kindOf(value)}`, remedy };
  return /^\S+$/.test(value) ? undefined : { what: `${JSON.stringify(value)} is no cache`, remedy };
}

function findProvenanceProblem(value: unknown): Finding | undefined {
  if (typeof value === "boolean" || value === "min" || value === "max") return undefined;
  return { what: "is no provenance", remedy: 'Write true, false, "min" or "max".' };
}
