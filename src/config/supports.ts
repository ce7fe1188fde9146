import { findKeyProblem } from "./keys.ts";
import { IMAGE_VALUES } from "./values.ts";

/** Whether an image of this version's configuration can have the key. */
export function supportsKey(key: string): boolean {
  return findKeyProblem("image", key) === undefined;
}

/** Whether an image can be for several platforms. */
export function supportsSeveralPlatforms(): boolean {
  return IMAGE_VALUES.platforms.safeParse(["linux/amd64", "linux/arm64"]).success;
}
