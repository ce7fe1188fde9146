/**
 * The digests that are known to be good: `images.lock.json`, beside the configuration.
 *
 * Keys are sorted and there are no times in it, so that the same state is always the same bytes. Keys that this version
 * does not know are kept.
 */
import { ConfigurationError } from "../errors.ts";
import { parseDigest, type Digest } from "../model/digest.ts";
import { parseFingerprint, type Fingerprint } from "../model/fingerprint.ts";
import type { RecordedInputs } from "../model/inputs.ts";
import type { PlatformDigests } from "../model/successor.ts";

/** The name of the file. */
export const LOCKFILE = "images.lock.json";

/** What is known of one image. */
export interface LockEntry {
  readonly repository: string;
  readonly digest: Digest;
  /** The digest of each platform's image, where the digest is that of an index, or an earlier one was. */
  readonly platforms?: PlatformDigests;
  /** What it was built from; absent for a digest that was brought here from elsewhere. */
  readonly fingerprint?: Fingerprint;
  /** The same in parts, to say what has changed. */
  readonly inputs?: RecordedInputs;
}

/** The lockfile, by image. */
export interface Lockfile {
  readonly images: ReadonlyMap<string, LockEntry>;
}

const VERSION = 1;

const KEYS = [
  "repository",
  "digest",
  "platforms",
  "fingerprint",
  "inputs",
] as const satisfies readonly (keyof LockEntry)[];

/**
 * Reads a lockfile; without bytes it is empty. Throws a `ConfigurationError` about `file` where it cannot be read, has
 * conflict markers, or is of a later version.
 */
export function parseLockfile(bytes: Uint8Array | undefined, file: string): Lockfile {
  if (bytes === undefined) return { images: new Map() };
  const { images } = parseDocument(bytes, file);
  const entries = Object.entries(images).map(
    ([name, entry]) => [name, parseEntry(entry, name, file)] as const,
  );
  return { images: new Map(entries) };
}

/**
 * What the lockfile says of these images. An entry of another repository, from before the configuration was changed,
 * says nothing of an image.
 */
export function entriesOf(
  { images: entries }: Lockfile,
  images: readonly { readonly name: string; readonly repository: string }[],
): Lockfile {
  const repositories = new Map(images.map(({ name, repository }) => [name, repository]));
  return {
    images: new Map([...entries].filter(([name, entry]) => entry.repository === repositories.get(name))),
  };
}

/**
 * The bytes with these entries in it, for any version of the file, or none. Other images and unknown keys stay. The
 * very array that was given if it says the same already, however it is laid out.
 */
export function updateLockfile(
  bytes: Uint8Array | undefined,
  entries: ReadonlyMap<string, LockEntry>,
): Uint8Array {
  const document = bytes === undefined ? EMPTY : parseDocument(bytes, LOCKFILE);
  const images = new Map(Object.entries(document.images));
  const news = [...entries]
    .map(([name, entry]) => [name, withPlatforms(asObject(images.get(name)), entry)] as const)
    .filter(([name, entry]) => !isSame(asObject(images.get(name)), entry));
  if (bytes !== undefined && news.length === 0) return bytes;
  for (const [name, entry] of news)
    images.set(name, { ...withoutStale(asObject(images.get(name)), entry), ...entry });
  return Buffer.from(formatDocument({ ...document, images: Object.fromEntries([...images].sort(byName)) }));
}

/** The platforms of a digest are the same for as long as it is. */
function withPlatforms(known: Readonly<Record<string, unknown>> = {}, entry: LockEntry): LockEntry {
  const platforms = known["digest"] === entry.digest ? parsePlatforms(known["platforms"]) : undefined;
  return platforms === undefined ? entry : { platforms, ...entry };
}

function isSame(known: Readonly<Record<string, unknown>> | undefined, entry: LockEntry): boolean {
  return KEYS.every((key) => isEqual(known?.[key], entry[key]));
}

/** What a digest was built from is not what another one was built from. */
function withoutStale(
  known: Readonly<Record<string, unknown>> = {},
  entry: LockEntry,
): Readonly<Record<string, unknown>> {
  const stale: readonly string[] = KEYS.filter((key) => entry[key] === undefined);
  return Object.fromEntries(Object.entries(known).filter(([key]) => !stale.includes(key)));
}

/** Equal as JSON, in whatever order its keys are. */
function isEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [asObject(a), asObject(b)];
  if (left === undefined || right === undefined) return a === b;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => isEqual(left[key], right[key]));
}

interface Document {
  readonly version: number;
  readonly images: Readonly<Record<string, unknown>>;
}

const EMPTY: Document = { version: VERSION, images: {} };

function formatDocument(document: Document): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function parseDocument(bytes: Uint8Array, file: string): Document {
  const text = new TextDecoder().decode(bytes);
  if (/^(?:<{7}|>{7})(?: |$)/m.test(text)) throw conflicted(file);
  const document = asObject(parseJson(text, file));
  const { version, images } = document ?? {};
  if (typeof version === "number" && version > VERSION) throw tooNew(file, version);
  const entries = asObject(images);
  if (version !== VERSION || entries === undefined)
    throw unreadable(file, 'it has no `"version": 1` with `"images"`');
  return { ...document, version, images: entries };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(file, describeSyntax(error.message, text));
    throw error;
  }
}

/** Node says the position in some messages, and the line only in later versions. */
function describeSyntax(message: string, text: string): string {
  const position = / at position (\d+)$/.exec(message)?.[1];
  if (position === undefined) return message;
  return `${message} (line ${text.slice(0, Number(position)).split("\n").length})`;
}

function parseEntry(entry: unknown, name: string, file: string): LockEntry {
  const { repository, digest, platforms, fingerprint, inputs } = asObject(entry) ?? {};
  const parsed = typeof digest === "string" ? parseDigest(digest) : undefined;
  if (typeof repository !== "string" || parsed === undefined)
    throw unreadable(file, `the entry of ${name} has no repository and digest`);
  const known = typeof fingerprint === "string" ? parseFingerprint(fingerprint) : undefined;
  const recorded = parseInputs(inputs);
  const digests = parsePlatforms(platforms);
  return {
    repository,
    digest: parsed,
    ...(digests === undefined ? {} : { platforms: digests }),
    ...(known === undefined ? {} : { fingerprint: known }),
    ...(recorded === undefined ? {} : { inputs: recorded }),
  };
}

function parsePlatforms(platforms: unknown): PlatformDigests | undefined {
  const entries = Object.entries(texts(platforms)).flatMap(([platform, text]) => {
    const digest = parseDigest(text);
    return digest === undefined ? [] : [[platform, digest] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What cannot be read only makes a reason less exact. */
function parseInputs(inputs: unknown): RecordedInputs | undefined {
  const { dockerfile, options, args, dependencies, context } = asObject(inputs) ?? {};
  if (typeof dockerfile !== "string") return undefined;
  return {
    dockerfile,
    options: texts(options),
    args: texts(args),
    dependencies: texts(dependencies),
    context: texts(context),
  };
}

function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function conflicted(file: string): ConfigurationError {
  return problem(
    file,
    "it has conflict markers",
    `Take either side (git checkout --ours ${file}) and run again: what the registry has is not lost.`,
  );
}

function tooNew(file: string, version: number): ConfigurationError {
  return problem(
    file,
    `it is of version ${version}, which this program does not know`,
    "Upgrade manage-images.",
  );
}

function unreadable(file: string, why: string): ConfigurationError {
  return problem(
    file,
    `it cannot be read: ${why}`,
    "Restore it from git, or delete it and build all images.",
  );
}

function problem(where: string, what: string, remedy: string): ConfigurationError {
  return new ConfigurationError([{ where, what, remedy }]);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
