import { posix } from "node:path";

/** Directories that say of what kind their files are, and not what is in them. */
const GENERIC = new Set([
  ...[".docker", "build", "build_tools", "container", "containerfiles", "containers", "deploy", "docker"],
  ...["dockerfile", "dockerfiles", "image", "images", "src"],
]);

/** A name that says nothing without the one above it: `3.12`, `v2`. */
const VERSION = /^v?\d[\d.]*(?:-\w+)?$/;

/** The parts of a Dockerfile's path that tell it from others, from the outermost, which is the project's name, to the innermost. */
export function nameParts(path: string, project: string): readonly string[] {
  const telling = posix
    .dirname(path)
    .split("/")
    .filter((part) => part !== "." && !GENERIC.has(part.toLowerCase()));
  const own = ownPart(posix.basename(path));
  const parts = [...telling, ...(own === undefined ? [] : [own])].map(toName);
  return [project, ...parts.filter((part) => part !== "")];
}

/** Whether the directory above has a Dockerfile of the same name: this one is a variant of that. */
export function isVariant(path: string, others: ReadonlySet<string>): boolean {
  const folder = posix.dirname(path);
  return folder !== "." && others.has(posix.join(posix.dirname(folder), posix.basename(path)));
}

/** What the file's own name says: `gpu` for `gpu.Dockerfile` and `Dockerfile.gpu`, nothing for `Dockerfile`. */
function ownPart(base: string): string | undefined {
  const match =
    /^(.+)\.(?:docker|container)file$/i.exec(base) ??
    /^(?:docker|container)file[._-](.+)$/i.exec(base) ??
    /^(.+)\.docker$/i.exec(base);
  if (match !== null) return match[1];
  return /^(?:docker|container)file$/i.test(base) ? undefined : base.replace(/\.[^.]*$/, "");
}

/**
 * As much of the parts, from the innermost on, as it takes to have a name of its own and to say something; of those that are
 * `variants`, at least two.
 */
export function shortestNames(
  parts: ReadonlyMap<string, readonly string[]>,
  variants: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const lengths = new Map([...parts].map(([key, each]) => [key, sayingLength(each)]));
  const nameOf = (key: string) => (parts.get(key) ?? []).slice(-(lengths.get(key) ?? 1)).join("-");
  const extend = (keys: readonly string[]) => {
    for (const key of keys) lengths.set(key, sayingLength(parts.get(key) ?? [], (lengths.get(key) ?? 1) + 1));
  };
  const extendTwins = () => {
    for (
      let twins = twinsAmong([...parts.keys()], nameOf), round = 0;
      twins.length > 0 && round < 10;
      round += 1
    ) {
      extend(twins);
      twins = twinsAmong([...parts.keys()], nameOf);
    }
  };
  extendTwins();
  extend([...variants].filter((key) => lengths.get(key) === 1 && (parts.get(key) ?? []).length > 2));
  extendTwins();
  return new Map([...parts.keys()].map((key) => [key, nameOf(key)]));
}

/** Those that share their names with others. */
function twinsAmong(keys: readonly string[], nameOf: (key: string) => string): readonly string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(nameOf(key), (counts.get(nameOf(key)) ?? 0) + 1);
  return keys.filter((key) => (counts.get(nameOf(key)) ?? 0) > 1);
}

/** At least so many parts that the first of them is no version. */
function sayingLength(parts: readonly string[], least = 1): number {
  const more = [...parts].reverse().slice(least - 1);
  const index = more.findIndex((part) => !VERSION.test(part));
  return index < 0 ? parts.length : least + index;
}

/** A text as a name of an image may be: lower-case letters and digits with `.`, `_` or `-` between them. */
export function toName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/[._-]{2,}/g, "-")
    .replace(/^[._-]+|[._-]+$/g, "")
    .slice(0, 100);
}
