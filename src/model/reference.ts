import { isDigest, type Digest } from "./digest.ts";

/**
 * Text that names an image: `name[:tag][@digest]`, by the grammar of the distribution project
 * (https://github.com/distribution/reference). A reference with a digest is a pin.
 */
export interface Reference {
  /** Registry (if written) and path, as written: `busybox`, `localhost:5000/team/base`. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const HOST =
  "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?";
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const NAME = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** The reference that `text` is, or `undefined` if it is none. */
export function parseReference(text: string): Reference | undefined {
  const [tagged = "", digest, ...rest] = text.split("@");
  if (rest.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined;
  const colon = tagged.indexOf(":", tagged.lastIndexOf("/") + 1);
  const name = colon < 0 ? tagged : tagged.slice(0, colon);
  const tag = colon < 0 ? undefined : tagged.slice(colon + 1);
  if (!isImageName(name) || (tag !== undefined && !isTag(tag))) return undefined;
  const named = tag === undefined ? { name } : { name, tag };
  return digest === undefined ? named : { ...named, digest };
}

/** `name[:tag][@digest]`; the reverse of `parseReference`. */
export function formatReference({ name, tag, digest }: Reference): string {
  return name + (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}

/** Whether `text` is the name of a repository, with or without its registry. */
export function isImageName(text: string): boolean {
  return NAME.test(text);
}

/** Whether `text` is a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** The name with its registry and `library/` filled in: `busybox` is `docker.io/library/busybox`. */
export function canonicalName(name: string): string {
  const { registry, path } = splitName(name);
  return `${registry}/${path}`;
}

/** The registry (`docker.io` where none is written) and the path within it of a name. */
export function splitName(name: string): { readonly registry: string; readonly path: string } {
  const slash = name.indexOf("/");
  const head = slash < 0 ? "" : name.slice(0, slash);
  if (!isRegistry(head)) return { registry: "docker.io", path: withLibrary(name) };
  const path = name.slice(slash + 1);
  const isHub = head === "docker.io" || head === "index.docker.io";
  return isHub ? { registry: "docker.io", path: withLibrary(path) } : { registry: head, path };
}

/** The first component is a registry if it has a dot, a port or a capital letter, or is `localhost`. */
function isRegistry(head: string): boolean {
  return head === "localhost" || /[.:A-Z]/.test(head);
}

function withLibrary(path: string): string {
  return path.includes("/") ? path : `library/${path}`;
}
