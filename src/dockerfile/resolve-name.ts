/**
 * What a name in a Dockerfile stands for: a stage, a named context or an image, looked up in this order.
 *
 * To BuildKit a bare name that is no stage and no context is an image of Docker Hub, and so it is here (`busybox`), unless
 * it looks like a mistyped stage or context and stands in no `FROM`. Then it is asked about: BuildKit would try to fetch
 * a stranger's image of that name.
 */
import { canonicalName, formatReference, parseReference, type Reference } from "../model/reference.ts";
import { fromByteText, type ByteText } from "./byte-text.ts";
import { isMisspelt } from "./is-misspelt.ts";

/** What a name in a Dockerfile stands for. */
export type Origin =
  | { readonly kind: "stage"; readonly stage: number }
  | { readonly kind: "image"; readonly reference: Reference }
  /** A named context, by the name that BuildKit looks up. */
  | { readonly kind: "context"; readonly name: string }
  /** `scratch`. */
  | { readonly kind: "no-image" }
  | { readonly kind: "unknown"; readonly what: string; readonly remedy: string };

/** What names can stand for besides images. */
export interface Names {
  /** The number of the stage of each name that can be seen. Where several have the same it is the last. */
  readonly stages: ReadonlyMap<string, number>;
  /** The number of stages. */
  readonly count: number;
  readonly contexts: NamedContexts;
  /** What stands in a `FROM`. A name that stands there, too, is not likely to be misspelt. */
  readonly images: ReadonlySet<string>;
}

/** Names of contexts in the form in which BuildKit looks them up. */
export type NamedContexts = ReadonlySet<string>;

/** The names as BuildKit knows them. */
export function namedContexts(names: readonly string[]): NamedContexts {
  return new Set(names.map((name) => contextName(name)));
}

/** Whether a named context takes the place of a stage or image of this name (frontend/dockerui/namedcontext.go). */
export function isContext(contexts: NamedContexts, name: string): boolean {
  return !["scratch", "context"].includes(name.toLowerCase()) && contexts.has(contextName(name));
}

/** What `FROM` takes: an earlier stage of just this name, a named context, an image. */
export function resolveBase(text: ByteText, names: Names): Origin {
  const stage = names.stages.get(text);
  if (stage !== undefined) return { kind: "stage", stage };
  if (text === "scratch") return { kind: "no-image" };
  return resolveImage(text, names);
}

/** What `COPY --from` and mounts take: a stage, whatever the case of its name, a named context, an image. */
export function resolveSource(text: ByteText, where: "copy-from" | "mount-from", names: Names): Origin {
  const isNumber = /^[+-]?[0-9]+$/.test(text);
  if (isNumber && where === "copy-from") return stageOfNumber(Number(text), names);
  const stage = names.stages.get(text.toLowerCase());
  if (stage !== undefined) return { kind: "stage", stage };
  if (text === "scratch") return { kind: "no-image" };
  if (isNumber) return numberInMount(text);
  return resolveImage(text, names);
}

function stageOfNumber(stage: number, { count }: Names): Origin {
  if (stage >= 0 && stage < count) return { kind: "stage", stage };
  return {
    kind: "unknown",
    what: `there is no stage ${stage}`,
    remedy: `Stages are counted from 0; the last is ${count - 1}. Better give the stage a name: \`FROM image AS name\`.`,
  };
}

function numberInMount(text: string): Origin {
  return {
    kind: "unknown",
    what: `\`from=${text}\` of a mount is the image \`${text}\`, not the stage of that number`,
    remedy: "Give the stage a name, `FROM image AS name`, and write that.",
  };
}

function resolveImage(text: ByteText, names: Names): Origin {
  const candidates = [...names.stages.keys(), ...names.contexts];
  const shown = fromByteText(text);
  const reference = parseReference(shown);
  if (reference === undefined) return invalidReference(shown, candidates);
  if (isContext(names.contexts, shown)) return contextNamed(shown);
  const near = names.images.has(text) ? undefined : candidates.find((name) => isMisspelt(text, name));
  return near === undefined ? { kind: "image", reference } : misspelt(shown, near);
}

function misspelt(shown: string, near: string): Origin {
  return {
    kind: "unknown",
    what: `\`${shown}\` is neither a stage nor a named context, and looks like \`${near}\``,
    remedy: `Write \`${near}\`; if the image is meant, \`docker.io/library/${shown}\`.`,
  };
}

function invalidReference(shown: string, candidates: readonly string[]): Origin {
  const stage = candidates.find((name) => name === shown.toLowerCase());
  return {
    kind: "unknown",
    what: `\`${shown}\` is not the name of an image`,
    remedy:
      stage === undefined
        ? "It has the form name[:tag][@digest], the name in lower case."
        : `FROM knows stages by their names in lower case: write \`${stage}\`.`,
  };
}

/** The named context that stands for a name. */
export function contextNamed(name: string): Origin {
  return { kind: "context", name: contextName(name) };
}

/** A name in the form in which BuildKit looks up contexts: short, and without the tag `latest`. */
export function contextName(name: string): string {
  const reference = parseReference(name);
  if (reference === undefined) return name;
  const short = canonicalName(reference.name).replace(/^docker\.io\/(?:library\/(?=[^/]+$))?/, "");
  return formatReference({ ...reference, name: short }).replace(/:latest$/, "");
}
