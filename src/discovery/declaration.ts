/**
 * What other tools' files say of the images of a repository, so that nobody has to write it down a second time.
 *
 * Each reader turns one kind of file into declarations; `proposeImages` puts them together with the Dockerfiles that nobody
 * declares. Nothing is guessed in silence: what a reader cannot follow (a variable without a value, a key that the
 * configuration does not have) is handed on to be told.
 */
import { posix } from "node:path";

/** What a file says of one image. Paths are from the root of the checkout. */
export interface Declaration {
  /** The file and the place in it, for messages: `compose.yaml: services.web`. */
  readonly where: string;
  /** What the tool calls it. */
  readonly name?: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** The names that it is given, `repository[:tag]`, as far as they are known. */
  readonly references: readonly string[];
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string;
  /** Named contexts: a name, and an image, `target:NAME` (of the same file) or a directory. */
  readonly contexts: Readonly<Record<string, string>>;
  /** What else it says that the configuration cannot say: `secrets`, `cache-from`, … */
  readonly unsupported: readonly string[];
}

/** Something that a reader had to leave out. */
export interface Skipped {
  readonly where: string;
  /** A sentence's end: `its context is a git repository`. */
  readonly why: string;
}

/** What one file says. */
export interface Declared {
  readonly declarations: readonly Declaration[];
  readonly skipped: readonly Skipped[];
  /** Dockerfiles, and who uses them to make something that is no image. */
  readonly others?: readonly Other[];
}

/** A Dockerfile that something else than an image is made of. */
export interface Other {
  readonly where: string;
  readonly dockerfile: string;
}

/** A file that says nothing. */
export const NOTHING: Declared = { declarations: [], skipped: [] };

/** Puts together what several places say. */
export function allOf(parts: readonly Declared[]): Required<Declared> {
  return {
    declarations: parts.flatMap(({ declarations }) => declarations),
    skipped: parts.flatMap(({ skipped }) => skipped),
    others: parts.flatMap(({ others }) => others ?? []),
  };
}

/** The fields of a declaration that most places leave out. */
export const PLAIN = {
  args: {},
  references: [],
  platforms: [],
  labels: {},
  contexts: {},
  unsupported: [],
} as const;

/** A path from the root of the checkout; `undefined` for one that leads out of it, or is no path (a URL). */
export function pathFrom(directory: string, path: string): string | undefined {
  if (isUrl(path)) return undefined;
  const joined = posix.join(posix.isAbsolute(path) ? "" : directory, path).replace(/(.)\/$/, "$1");
  return posix.isAbsolute(joined) || joined === ".." || joined.startsWith("../") ? undefined : joined;
}

/** Whether a context is somewhere else. */
export function isUrl(path: string): boolean {
  return /^(?:[a-z][a-z0-9+-]*:\/\/|git@|github\.com\/|(?:docker-image|target|oci-layout):)/.test(path);
}

/** An object's fields; none for anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The text of a scalar. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A list, of which one item may stand for itself. */
export function listOf(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : [value].flat();
}

/** `KEY: value` or a list of `KEY=value`; a key without a value is left out. */
export function pairsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Array.isArray(value) ? value.map(splitPair) : Object.entries(fieldsOf(value));
  return Object.fromEntries(
    entries.flatMap(([key, each]) => {
      const text = textOf(each);
      return key === "" || text === undefined ? [] : [[key, text]];
    }),
  );
}

/** `KEY=value`, parted. */
export function splitPair(pair: unknown): readonly [key: string, value: string | undefined] {
  const text = textOf(pair) ?? "";
  const equals = text.indexOf("=");
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** The values, each once, in their order. */
export function unique<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}
