import type { Digest } from "./digest.ts";
import type { Platform } from "./image.ts";

/** The digests of an image's platforms: those of its index, or its own. */
export type PlatformDigests = Readonly<Record<Platform, Digest>>;

/** What takes the place of a digest in a pin of an image; `undefined` if nothing does. */
export type SuccessorOf = (image: string, from: Digest) => Digest | undefined;
