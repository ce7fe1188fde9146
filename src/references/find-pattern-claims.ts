/**
 * Pins in forms of the user's own.
 *
 * A pattern is held against the lines around each digest, and never against more than a few thousand characters, so that
 * even one that goes through its text again and again costs little, and no more for each digest in a larger file.
 */
import { isUtf8 } from "node:buffer";
import type { ReferencePattern } from "../model/reference-settings.ts";
import { parseReference } from "../model/reference.ts";
import type { Claim } from "./claims.ts";
import { digestAt, HEX_LENGTH } from "./digest-bytes.ts";
import { compileGlob } from "./globs.ts";
import { linesAround, type Window } from "./lines-around.ts";

const PREFIX = Buffer.from("sha256:");

/** Finds what one of the patterns that are meant for a file says. */
export type PatternFinder = (path: string, bytes: Buffer) => readonly Claim[];

/** A finder for patterns, whose `image` is a repository or one of the names of `repositories`. */
export function createPatternFinder(
  patterns: readonly ReferencePattern[],
  repositories: ReadonlyMap<string, string>,
): PatternFinder {
  const compiled = patterns.map(({ files, match }) => ({ matchers: files.map(compileGlob), match }));
  return (path, bytes) => {
    const meant = compiled.filter(({ matchers }) => matchers.some((matches) => matches(path)));
    if (meant.length === 0) return [];
    const encoding = isUtf8(bytes) ? "utf8" : "latin1";
    return digestsIn(bytes).flatMap((hexStart) =>
      meant.flatMap(({ match }) => claimsAt(bytes, hexStart, encoding, match, repositories)),
    );
  };
}

/** Where the hexadecimal digits of digests begin, whatever stands before `sha256:`. */
function digestsIn(bytes: Buffer): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(PREFIX); at >= 0; at = bytes.indexOf(PREFIX, at + PREFIX.length)) {
    const hexStart = at + PREFIX.length;
    if (digestAt(bytes, hexStart) !== undefined) places.push(hexStart);
  }
  return places;
}

/** What a pattern says of one digest: once for each way in which it can be matched. */
function claimsAt(
  bytes: Buffer,
  hexStart: number,
  encoding: "utf8" | "latin1",
  match: RegExp,
  repositories: ReadonlyMap<string, string>,
): readonly Claim[] {
  const window = linesAround(bytes, hexStart, encoding);
  if (window === undefined) return [];
  return imagesFor(window, match).map((image) => claimOf(bytes, hexStart, image, repositories));
}

/**
 * The texts of the group `image` of the matches that have the window's digest for their own. A match may begin anywhere,
 * also within another; of those whose images overlap, the first is meant: the whole name and not its end.
 */
function imagesFor({ text, digest }: Window, match: RegExp): readonly string[] {
  const images: string[] = [];
  const expression = new RegExp(match);
  let seen = -1;
  for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
    expression.lastIndex = found.index + 1;
    const { digest: place = [], image: [start, end] = [] } = found.indices?.groups ?? {};
    if (start === undefined || end === undefined || !isPlaceOf(digest, place) || start < seen) continue;
    images.push(text.slice(start, end));
    seen = end;
  }
  return images;
}

/** Whether a match's group is the digest whose hexadecimal digits begin there, with or without `sha256:`. */
function isPlaceOf(hexStart: number, [from, to]: readonly number[]): boolean {
  return to === hexStart + HEX_LENGTH && (from === hexStart || from === hexStart - PREFIX.length);
}

/** The name of an image counts more than a repository that is called the same. */
function claimOf(
  bytes: Buffer,
  hexStart: number,
  image: string,
  repositories: ReadonlyMap<string, string>,
): Claim {
  const digest = digestAt(bytes, hexStart);
  const repository = repositories.get(image);
  const reference = repository === undefined ? parseReference(image) : { name: repository, image };
  if (digest === undefined || reference === undefined) return { hexStart };
  return { hexStart, pin: { ...reference, digest, hexStart, form: "pattern" } };
}
