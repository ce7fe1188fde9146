import type { Platform } from "../model/image.ts";
import type { Reference } from "../model/reference.ts";
import type { Attention } from "./builder.ts";

/** Where an engine keeps images. */
export interface ImageStore {
  /**
   * Gets what a registry has under a digest, for one platform or, without any, that of the engine. False if it was all there
   * already. A `UserError` where the registry or the engine refuses.
   */
  pull(pin: Reference, platform: Platform | undefined, attention: Attention): Promise<boolean>;
  /** Gives an image another name, `repository:tag`. */
  tag(pin: Reference, name: string): Promise<void>;
}
