declare const digestBrand: unique symbol;

/** The content address of a manifest: `sha256:` and 64 lower-case hexadecimal digits (OCI image specification). */
export type Digest = string & { readonly [digestBrand]: true };

/** What stands where there is no digest yet. */
export const NO_DIGEST = `sha256:${"0".repeat(64)}` as Digest;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The digest that `text` is, or `undefined` if it is none. */
export function parseDigest(text: string): Digest | undefined {
  return isDigest(text) ? text : undefined;
}

/** Whether `text` is a whole digest. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}
