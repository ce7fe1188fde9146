declare const fingerprintBrand: unique symbol;

/** `sha256:` and 64 lower-case hexadecimal digits, over everything that goes into an image. */
export type Fingerprint = string & { readonly [fingerprintBrand]: true };

const FINGERPRINT = /^sha256:[0-9a-f]{64}$/;
const TAG_DIGITS = 20;

/** The fingerprint that `text` is, or `undefined` if it is none. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  return isFingerprint(text) ? text : undefined;
}

/** The tag under which a registry has the image of a fingerprint: `fp-` and the first 20 hexadecimal digits. */
export function fingerprintTag(fingerprint: Fingerprint): string {
  return `fp-${fingerprint.slice("sha256:".length, "sha256:".length + TAG_DIGITS)}`;
}

function isFingerprint(text: string): text is Fingerprint {
  return FINGERPRINT.test(text);
}
