import { posix } from "node:path";
import { readDockerfile } from "../dockerfile/read-dockerfile.ts";

/**
 * The directory that a Dockerfile seems to be written for: of its own and those above it the one in which most of what it
 * copies is to be found. The nearer one where that does not tell; `undefined` where nothing is copied.
 */
export function findContext(
  dockerfile: string,
  bytes: Uint8Array,
  files: readonly string[],
): string | undefined {
  const own = posix.dirname(dockerfile);
  const { reach } = readDockerfile({
    file: dockerfile,
    bytes,
    args: {},
    platform: "linux/amd64",
    contexts: [],
  });
  if (reach.kind === "everything") return isFolderOfMany(dockerfile, files) ? "." : own;
  const sources = reach.paths.map(fixedPart).filter((path) => path !== "");
  if (reach.paths.length === 0) return undefined;
  const places = directoriesUp(own);
  const found = places.map((directory) => ({
    directory,
    count: sources.filter((source) => isThere(posix.join(directory, source), files)).length,
  }));
  const most = Math.max(...found.map(({ count }) => count));
  if (most === 0) return isFolderOfMany(dockerfile, files) ? "." : own;
  return found.find(({ count }) => count === most)?.directory;
}

/** Whether the Dockerfile lies among others, so that its directory is not that of one program. */
function isFolderOfMany(dockerfile: string, files: readonly string[]): boolean {
  const folder = posix.dirname(dockerfile);
  if (/^(?:docker|container)file$/i.test(posix.basename(dockerfile))) return false;
  return (
    /(?:^|\/)\.?(?:docker|dockerfiles|containers|images)$/i.test(folder) ||
    files.filter((file) => posix.dirname(file) === folder && /dockerfile|containerfile/i.test(file)).length >
      1
  );
}

/** The directories of a path before its first wildcard, or all of it. */
function fixedPart(path: string): string {
  const plain = path.replaceAll("\\", "");
  const wildcard = plain.search(/[*?[]/);
  return wildcard < 0 ? plain : plain.slice(0, plain.lastIndexOf("/", wildcard) + 1).replace(/\/$/, "");
}

function isThere(path: string, files: readonly string[]): boolean {
  const within = path === "." ? "" : `${path}/`;
  return files.some((file) => file === path || file.startsWith(within));
}

/** The directory and those above it, the nearest first. */
function directoriesUp(directory: string): readonly string[] {
  return directory === "." ? ["."] : [directory, ...directoriesUp(posix.dirname(directory))];
}
