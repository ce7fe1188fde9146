import type { Digest } from "./digest.ts";

/** What a repository of a registry has under one digest. */
export interface Version {
  readonly digest: Digest;
  /** The tags that point to it, sorted. */
  readonly tags: readonly string[];
  /** The manifests that it contains, if it is an index. */
  readonly manifests: readonly Digest[];
  /** What it signs or describes, if it is made for another manifest. */
  readonly subject?: Digest;
  /** Size of what it consists of, in bytes, as far as the registry says; without the manifests that it contains. */
  readonly bytes: number;
  /**
   * When it was uploaded or, where the registry does not say, when it was made; in milliseconds since 1970. `undefined`
   * where neither is known.
   */
  readonly since: number | undefined;
}
