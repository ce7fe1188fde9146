import type { Filter } from "../../src/dockerfile/reach.ts";
import type { Tree } from "./buildkit.ts";

/**
 * The part of a tree that a filter keeps, walked as build contexts are: a directory is an entry of its own only where
 * nothing below it is kept, and not entered where the filter says so.
 */
export function keptOf(tree: Tree, filter: Filter): Tree {
  const files = Object.entries(tree).filter(
    ([path]) => isEntered(path, filter) && filter.keeps(path.replace(/\/$/, "")),
  );
  const directories = Object.keys(tree).flatMap(parentsOf);
  const empty = directories.filter(
    (path) =>
      isEntered(path, filter) && filter.keeps(path) && !files.some(([file]) => file.startsWith(`${path}/`)),
  );
  const outermost = empty.filter(
    (path) => !empty.some((other) => other !== path && other.startsWith(`${path}/`)),
  );
  return Object.fromEntries([...files, ...outermost.map((path) => [`${path}/`, ""] as const)]);
}

function isEntered(path: string, filter: Filter): boolean {
  return parentsOf(path).every((parent) => filter.enters(parent));
}

/** The directories above a path, the outermost first. */
function parentsOf(path: string): readonly string[] {
  const parts = path.replace(/\/$/, "").split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
