import { posix } from "node:path";
import type { Finding } from "./finding.ts";

/** The path from the checkout's root of a path that is relative to `directory`. Without `./`, `..` and a slash at the end. */
export function resolvePath(directory: string, path: string): string {
  const joined = posix.join(directory, path);
  return joined === "/" ? joined : joined.replace(/\/$/, "");
}

/** What is wrong with a path that is relative to `directory`: it must stay inside the checkout. */
export function findPathProblem(directory: string, path: string): Finding | undefined {
  if (path.includes("\\"))
    return { what: `${JSON.stringify(path)} has a backslash`, remedy: "Write / between directories." };
  if (posix.isAbsolute(path) || /^[A-Za-z]:/.test(path))
    return { what: `${path} is an absolute path`, remedy: "Write it relative to the configuration file." };
  if (/^\.\.(?:\/|$)/.test(resolvePath(directory, path)))
    return {
      what: `${path} is outside the git repository`,
      remedy: "Move what it names into the repository.",
    };
  return undefined;
}

/** What is wrong with the path of a file, beside all that can be wrong with a path: it must not name a directory. */
export function findFileProblem(directory: string, path: string): Finding | undefined {
  if (/(?:^|\/)\.{0,2}$/.test(path)) return { what: `${path} is a directory`, remedy: "Name a file in it." };
  return findPathProblem(directory, path);
}
