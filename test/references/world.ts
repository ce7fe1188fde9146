import { DEFAULT_REFERENCES, type ReferenceSettings } from "../../src/model/reference-settings.ts";
import { parseDigest, type Digest } from "../../src/model/digest.ts";
import { referenceOwner } from "../../src/references/own-references.ts";
import { rewritePins, type Rewritten } from "../../src/references/rewrite-pins.ts";
import { createScanner, type Scanner } from "../../src/references/scanner.ts";

/** Where the image `base` is pushed to. */
export const REPOSITORY = "us-docker.pkg.dev/acme/images/base";

/** The repositories of the images that there are. */
export const REPOSITORIES: ReadonlyMap<string, string> = new Map([
  ["base", REPOSITORY],
  ["tools", "us-docker.pkg.dev/acme/images/tools"],
  ["hub", "docker.io/acme/hub"],
]);

/** A digest of one digit. */
export function digestOf(digit: string): Digest {
  const parsed = parseDigest(`sha256:${digit.repeat(64)}`);
  if (parsed === undefined) throw new Error(`not a hexadecimal digit: ${digit}`);
  return parsed;
}

/** What the pins have, what they get, and what is nobody's. */
export const OLD = digestOf("a");
export const NEW = digestOf("b");
export const OTHER = digestOf("c");

/** A scanner for a repository with the images. */
export function scannerOf(settings: Partial<ReferenceSettings> = {}): Scanner {
  return createScanner(
    { ...DEFAULT_REFERENCES, ...settings },
    { repositories: REPOSITORIES, dockerfiles: new Set() },
  );
}

/** A file in which every image has got the new digest. */
export function rewriteFile(path: string, bytes: Uint8Array, scanner = scannerOf()): Rewritten {
  const images = [...REPOSITORIES].map(([name, repository]) => ({
    name,
    repository,
    tags: ["latest"],
    digests: [OLD],
  }));
  return rewritePins(path, bytes, { scanner, owner: referenceOwner(images) }, () => NEW);
}

/**
 * A file before and after: `%` in its template is the old digest and then the new one, `#hex` the same without
 * `sha256:`, and `§` stays the old digest.
 */
export function fill(template: string, digest: Digest): string {
  return template.replaceAll("%", digest).replaceAll("#hex", digest.slice(7)).replaceAll("§", OLD);
}

/** What the file of a template becomes, and what it should. Both as one character for each byte. */
export function rewriteTemplate(path: string, template: string, scanner = scannerOf()) {
  const { bytes } = rewriteFile(path, Buffer.from(fill(template, OLD)), scanner);
  return {
    actual: Buffer.from(bytes).toString("latin1"),
    expected: Buffer.from(fill(template, NEW)).toString("latin1"),
  };
}
