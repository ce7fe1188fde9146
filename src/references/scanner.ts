/**
 * Digests written in files.
 *
 * A file's pins are found in one pass for all images, whatever the images are: by their text (`name@sha256:…`) in any
 * kind of file, by structure where name and digest are fields of one thing, and by the user's own patterns. What finds
 * more counts more: a pattern, then the structure, then the text. A digest that two would give to different images is
 * nobody's.
 */
import type { ReferenceSettings } from "../model/reference-settings.ts";
import { settle, type Claim } from "./claims.ts";
import { asBuffer } from "./digest-bytes.ts";
import { createFieldFinder } from "./find-field-claims.ts";
import { createPatternFinder } from "./find-pattern-claims.ts";
import { findTextPins } from "./find-text-pins.ts";
import { ignoredLines } from "./ignored-lines.ts";
import { MARKS } from "./marks.ts";
import type { Pin } from "./pin.ts";
import { rememberScans } from "./remember-scans.ts";
import { createScope } from "./scope.ts";

/** Finds the pins of files. */
export interface Scanner {
  /** Whether the file may hold pins, as far as its path tells. */
  isInScope(path: string): boolean;
  /**
   * Every pin in a file's bytes, in their order; none of a file out of scope, and none on lines to be ignored. The path is
   * from the root of the checkout. Never throws, whatever the bytes.
   */
  scan(path: string, bytes: Uint8Array): readonly Pin[];
}

/** What a scanner is made of, beside the settings. */
export interface ScannedImages {
  /** The images' repositories, by the images' names. */
  readonly repositories: ReadonlyMap<string, string>;
  /** Files whose pins are found whatever the settings say: what is built from them has the digests. */
  readonly dockerfiles: ReadonlySet<string>;
}

/** A scanner for files of a repository with these images. */
export function createScanner(settings: ReferenceSettings, images: ScannedImages): Scanner {
  const isInScope = createScope(settings, images.dockerfiles);
  const findByFields = createFieldFinder();
  const findByPattern = createPatternFinder(settings.patterns, images.repositories);
  const scan = rememberScans((path, buffer) =>
    withoutIgnored(
      buffer,
      merge([textClaims(buffer), findByFields(path, buffer), findByPattern(path, buffer)]),
    ),
  );
  return {
    isInScope,
    scan: (path, bytes) => {
      const buffer = asBuffer(bytes);
      return isInScope(path) && MARKS.some((mark) => buffer.includes(mark)) ? scan(path, buffer) : [];
    },
  };
}

function textClaims(buffer: Buffer): readonly Claim[] {
  return findTextPins(buffer).map((pin) => ({ hexStart: pin.hexStart, pin }));
}

/** One pin for each place, in their order: what the last finder says of it. */
function merge(found: readonly (readonly Claim[])[]): readonly Pin[] {
  const [byPlace, ...others] = found.filter((claims) => claims.length > 0).map(settle);
  if (byPlace === undefined) return [];
  const merged = new Map(byPlace);
  for (const settled of others) for (const [place, pin] of settled) merged.set(place, pin);
  return [...merged.values()].filter((pin) => pin !== undefined).sort((a, b) => a.hexStart - b.hexStart);
}

function withoutIgnored(buffer: Buffer, pins: readonly Pin[]): readonly Pin[] {
  if (pins.length === 0) return pins;
  const isIgnored = ignoredLines(buffer);
  return pins.filter(({ hexStart }) => !isIgnored(hexStart));
}
