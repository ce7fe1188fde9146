import { HEX_LENGTH } from "./digest-bytes.ts";

const DIGEST = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
/** Anchors, aliases, tags, escapes and directives: with them, digits can mean more than themselves. */
const MEANINGS = /[&*!\\]|^%/m;

/**
 * A YAML document with a number in the place of each digest's hexadecimal digits, so that it is the same whatever digests it
 * has. Its length stays, and what its parts are; one of which that is not certain is given back as it is.
 */
export function maskDigests(document: string): string {
  if (MEANINGS.test(document)) return document;
  let count = 0;
  return document.replace(DIGEST, () => {
    count += 1;
    // It begins with a letter, and so is no number to YAML.
    return `a${String(count).padStart(HEX_LENGTH - 1, "0")}`;
  });
}
