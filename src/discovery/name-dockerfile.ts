import { posix } from "node:path";

/** Directories that say of what kind their files are, and not what is in them. */
const GENERIC = new Set([
  ...[".docker", "build", "build_tools", "container", "containerfiles", "containers", "deploy", "docker"],
  ...["dockerfile", "dockerfiles", "image", "images", "src"],
]);

/** A name that says nothing without the one above it: `3.12`, `v2`. */
const VERSION = /^v?\d[\d.]*(?:-\w+)?$/;

/** The parts of a Dockerfile's path that tell it from others, from the outermost to the innermost. */
export function nameParts(path: string, project: string): readonly string[] {
  const folders = posix
    .dirname(path)
    .split("/")
    .filter((part) => part !== ".");
  const own = ownPart(posix.basename(path));
  const telling = folders.filter((part) => !GENERIC.has(part.toLowerCase()));
  const parts = [...telling, ...(own === undefined ? [] : [own])];
  return (parts.length === 0 ? [project] : parts).map(toName).filter((part) => part !== "");
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

/** As much of the parts, from the innermost on, as it takes to have a name of its own and to say something. */
export function shortestNames(parts: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  const lengths = new Map([...parts].map(([key, each]) => [key, sayingLength(each)]));
  const nameOf = (key: string) => (parts.get(key) ?? []).slice(-(lengths.get(key) ?? 1)).join("-");
  for (let round = 0; round < 10; round += 1) {
    const counts = new Map<string, number>();
    for (const key of parts.keys()) counts.set(nameOf(key), (counts.get(nameOf(key)) ?? 0) + 1);
    const twice = [...parts.keys()].filter((key) => (counts.get(nameOf(key)) ?? 0) > 1);
    if (twice.length === 0) break;
    for (const key of twice) lengths.set(key, (lengths.get(key) ?? 1) + 1);
  }
  return new Map([...parts.keys()].map((key) => [key, nameOf(key)]));
}

function sayingLength(parts: readonly string[]): number {
  const length = [...parts].reverse().findIndex((part) => !VERSION.test(part)) + 1;
  return length === 0 ? parts.length : length;
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
