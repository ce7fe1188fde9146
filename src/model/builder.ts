/** What an image needs that the engine's API does not have, or who asked for buildx. */
export type BuilderReason =
  | "several platforms"
  | "arguments for single platforms"
  | "named contexts"
  | "a context in git"
  | "secrets"
  | "SSH"
  | "a cache from elsewhere"
  | "cache export"
  | "provenance"
  | "an SBOM"
  | "annotations"
  | "a builder that is named";

/** What builds an image. */
export type BuilderChoice =
  | { readonly kind: "engine" }
  | {
      readonly kind: "buildx";
      /** A builder of `docker buildx ls`; without one the builder that is in use there. */
      readonly name?: string;
      /** Never empty. */
      readonly because: readonly BuilderReason[];
    };
