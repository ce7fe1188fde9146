import type { Digest } from "./digest.ts";
import type { Platform } from "./image.ts";

/** What a registry has under a digest. */
export interface Inspected {
  /** `index`: a list of images, one for each platform. */
  readonly kind: "index" | "image";
  /** The images and their platforms, in their normal form: those of the index, or the image itself. Attestations are none. */
  readonly platforms: readonly { readonly platform: Platform; readonly digest: Digest }[];
  /** When an image was created, in milliseconds since 1970, if it says so. */
  readonly created?: number;
}
