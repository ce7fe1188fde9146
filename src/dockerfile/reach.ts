import { parsePathPattern, type PathPattern } from "./glob.ts";

/** What of its context a build can read. */
export type Reach =
  | { readonly kind: "everything" }
  /** These paths and what is below them, with wildcards as in glob.ts; sorted, each once, perhaps none. */
  | { readonly kind: "paths"; readonly paths: readonly string[] };

/** None of it. */
export const NOTHING: Reach = { kind: "paths", paths: [] };

/** Which part of a context is wanted. Paths are from the context's root, with `/`. */
export interface Filter {
  keeps(path: string): boolean;
  /** Whether anything below the directory may be kept. */
  enters(directory: string): boolean;
  /** Whether all that is below the directory is known to be kept. The context's root is "". */
  keepsAllBelow(directory: string): boolean;
  /** The names in the directory that lead to what may be kept, or "any" if that can be every name. */
  namesIn(directory: string): readonly string[] | "any";
}

/** Keeps every path. */
export const KEEPS_ALL: Filter = {
  keeps: () => true,
  enters: () => true,
  keepsAllBelow: () => true,
  namesIn: () => "any",
};

/** Keeps what the build can read. */
export function reachFilter(reach: Reach): Filter {
  if (reach.kind === "everything") return KEEPS_ALL;
  const patterns = reach.paths.map(parsePathPattern);
  return {
    keeps: (path) => patterns.some((pattern) => pattern.contains(path)),
    enters: (directory) =>
      patterns.some((pattern) => pattern.contains(directory) || pattern.mayBeBelow(directory)),
    keepsAllBelow: (directory) => directory !== "" && patterns.some((pattern) => pattern.contains(directory)),
    namesIn: (directory) => namesOf(patterns, directory),
  };
}

/**
 * Keeps what lies on the way to what the build can read, its end included. BuildKit follows a symbolic link that is
 * found there, so that the build can read more than the paths say: it is then everything.
 */
export function wayFilter(reach: Reach): Filter {
  if (reach.kind === "everything")
    return { keeps: () => false, enters: () => false, keepsAllBelow: () => false, namesIn: () => [] };
  const patterns = reach.paths.map(parsePathPattern);
  const isOnWay = (path: string) => patterns.some((pattern) => isOnWayOf(pattern, path));
  return {
    keeps: isOnWay,
    enters: (directory) => patterns.some((pattern) => pattern.mayBeBelow(directory)),
    keepsAllBelow: () => false,
    namesIn: (directory) => namesOf(patterns, directory),
  };
}

function namesOf(patterns: readonly PathPattern[], directory: string): readonly string[] | "any" {
  const names = patterns.map((pattern) => pattern.namesIn(directory));
  return names.includes("any") ? "any" : [...new Set(names.flat())];
}

function isOnWayOf(pattern: PathPattern, path: string): boolean {
  return pattern.matches(path) || pattern.mayBeBelow(path);
}
