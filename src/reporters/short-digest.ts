import type { Digest } from "../model/digest.ts";

/** `sha256:` and the first 12 hexadecimal digits, as people compare digests. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, "sha256:".length + 12);
}
