import type { Digest } from "../model/digest.ts";
import { canonicalName, type Reference } from "../model/reference.ts";
import type { Owner } from "./own-references.ts";

/** A reference with a digest, where it stands in a file. Its name is as written, without a scheme. */
export interface Pin extends Reference {
  readonly digest: Digest;
  /** Byte offset of the first of the 64 hexadecimal digits. */
  readonly hexStart: number;
  /** `text`: `name@sha256:…`; `fields`: name and digest stand apart, as fields of one thing; `pattern`: one of the user's own. */
  readonly form: "text" | "fields" | "pattern";
  /** Name of the image, where the file has that in the place of a repository. */
  readonly image?: string;
}

/** The pin that a reference, written without its digest, and a digest are. */
export function pinOf({ name, tag }: Reference, digest: Digest, hexStart: number, form: Pin["form"]): Pin {
  return tag === undefined ? { name, digest, hexStart, form } : { name, tag, digest, hexStart, form };
}

/** The image that a pin is of, as `Owner` says. */
export function ownerOfPin(owner: Owner, pin: Pin): string | undefined {
  return pin.image ?? owner(pin);
}

/** Whether two pins say that their digest is the same image's. */
export function isOfSameImage(a: Pin, b: Pin): boolean {
  if (a.image !== b.image || a.tag !== b.tag) return false;
  return a.name === b.name || canonicalName(a.name) === canonicalName(b.name);
}
