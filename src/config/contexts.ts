import type { OptionalContext } from "./define-config.ts";
import { kindOf, type Finding } from "./finding.ts";
import { findPathProblem, resolvePath } from "./paths.ts";
import { parseGitSource } from "../model/git-source.ts";
import type { NamedContext } from "../model/image.ts";
import { parseReference } from "../model/reference.ts";

const BASE = "docker-image://";
const IMAGE = "image:";
const REMEDY =
  'Write a directory, "https://host/repo.git#ref:directory", "docker-image://REFERENCE" or "image:NAME".';

/** What is wrong with a context by itself; images and directories are looked at where others are known. */
export function findContextProblem(value: unknown): Finding | undefined {
  if (typeof value === "string") return findTextProblem(value);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { what: `must be text or an object, not ${kindOf(value)}`, remedy: REMEDY };
  const { image, optional, ...rest } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  const remedy = 'Write it like { image: "docker-image://REFERENCE", optional: true }.';
  if (unknown !== undefined) return { what: `unknown key \`${unknown}\``, remedy };
  if (typeof image !== "string" || !image.startsWith(BASE))
    return { what: "only an image of a registry can be optional", remedy };
  if (optional !== undefined && typeof optional !== "boolean")
    return { what: `\`optional\` must be true or false, not ${kindOf(optional)}`, remedy };
  return findTextProblem(image);
}

/** What is wrong with the place that a context's text names, if it is one that only a part of the checkout can be. */
export function findContextPathProblem(
  value: string | OptionalContext,
  directory: string,
): Finding | undefined {
  const context = resolveContext(value, ".");
  return context.kind === "directory" ? findPathProblem(directory, context.path) : undefined;
}

/** The image of the configuration that a context is, if it is one. */
export function contextImage(value: string | OptionalContext): string | undefined {
  return typeof value === "string" && value.startsWith(IMAGE) ? value.slice(IMAGE.length) : undefined;
}

/** A context without a problem. */
export function resolveContext(value: string | OptionalContext, directory: string): NamedContext {
  const text = typeof value === "string" ? value : value.image;
  const image = contextImage(value);
  if (image !== undefined) return { kind: "image", image };
  const reference = text.startsWith(BASE) ? parseReference(text.slice(BASE.length)) : undefined;
  const isOptional = typeof value === "object" && value.optional === true;
  if (reference !== undefined) return { kind: "base", reference, isOptional };
  const source = parseGitSource(text);
  return source === undefined
    ? { kind: "directory", path: resolvePath(directory, text) }
    : { kind: "git", source };
}

/** What is wrong with the URL of a git repository, beside that it may be none. */
export function findGitProblem(text: string): Finding | undefined {
  if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(text))
    return {
      what: "has a password in its URL",
      remedy: "Take it out; git asks its credential helpers, and BuildKit takes the secret GIT_AUTH_TOKEN.",
    };
  if (parseGitSource(text) !== undefined || !/^[a-z+]+:\/\//.test(text)) return undefined;
  return {
    what: "is a URL of something else than a git repository",
    remedy: "Write a git repository like https://host/repo.git#ref:directory, or name a directory.",
  };
}

function findTextProblem(text: string): Finding | undefined {
  if (text === "") return { what: "is empty", remedy: REMEDY };
  if (!text.startsWith(BASE)) return findGitProblem(text);
  if (parseReference(text.slice(BASE.length)) !== undefined) return undefined;
  return {
    what: `${JSON.stringify(text)} does not name an image`,
    remedy: "Write docker-image://name[:tag][@digest].",
  };
}
