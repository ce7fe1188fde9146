/** Where files say things that are read as a whole: as far as their text tells, and at their beginning where it does not. */
import type { Place } from "../model/place.ts";
import { positionsIn } from "../references/positions.ts";

/** A file as it is searched: each byte one character. */
export interface SearchedFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Where a lockfile has the entry of an image. */
export function placeOfEntry(lockfile: SearchedFile, image: string): Place {
  const key = escape(JSON.stringify(image));
  // As it is written, no other key of that name is so far to the left.
  return placeBehind(lockfile, [[`^    (?=${key}:)`, `${key}\\s*:\\s*\\{`]]);
}

/** Where a configuration declares a dependency of an image; as near to it as can be told where a program computes it. */
export function placeOfDependency(configuration: SearchedFile, image: string, dependency: string): Place {
  const quoted = (name: string) => `(["'\`])${escape(name)}\\1`;
  return placeBehind(configuration, [
    [`(?<![\\w-])(?:${escape(image)}|${quoted(image)})\\s*:`],
    ["(?<![\\w-])[\"']?dependencies[\"']?\\s*:"],
    [quoted(dependency)],
  ]);
}

/** Where the last of the steps is found, each behind the one before; the first pattern of a step that is found counts. */
function placeBehind({ file, bytes }: SearchedFile, steps: readonly (readonly string[])[]): Place {
  const text = Buffer.from(bytes).toString("latin1");
  let start = 0;
  let behind = 0;
  for (const patterns of steps) {
    const [found] = patterns.flatMap((pattern) => execFrom(new RegExp(pattern, "gm"), text, behind));
    if (found === undefined) break;
    behind = found.index + found[0].length;
    start = found[0].trim() === "" ? behind : found.index;
  }
  return { file, ...positionsIn(bytes)(start) };
}

function execFrom(expression: RegExp, text: string, from: number): readonly RegExpExecArray[] {
  expression.lastIndex = from;
  const found = expression.exec(text);
  return found === null ? [] : [found];
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
