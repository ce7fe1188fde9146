import type { Digest } from "./digest.ts";
import type { Place } from "./place.ts";

/** An image as it is to be written into a configuration. Paths are from the root of the checkout. */
export interface ProposedImage {
  readonly name: string;
  readonly repository: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly target?: string;
  /** `image:NAME` stands for another image. */
  readonly args: Readonly<Record<string, string>>;
  readonly contexts: Readonly<Record<string, string>>;
  /** Empty: those that the configuration has by default. */
  readonly platforms: readonly string[];
  /** Empty: those that the configuration has by default. */
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string;
  /** What the repository says of it that the configuration cannot say. */
  readonly unsupported: readonly string[];
}

/** The images that were found in a repository. */
export interface Proposal {
  /** Where images are pushed to. */
  readonly registry: string;
  /** Whether nothing in the repository says so. */
  readonly isGuess: boolean;
  readonly images: readonly ProposedImage[];
}

/** Why a Dockerfile is not proposed although it is there. */
export type LeftOut =
  | { readonly why: "template" }
  /** It is in a directory of tests or examples. */
  | { readonly why: "test" }
  /** It is in a directory of others' code. */
  | { readonly why: "others" }
  /** Another file says that something else is made of it, such as the result of a check. */
  | { readonly why: "no-image"; readonly where: string }
  /** A stage that is there only to be built, by its name for tests. */
  | { readonly why: "test-stage"; readonly stage: string }
  /** The image that would be made of it cannot be declared so that it is right. */
  | { readonly why: "problem"; readonly image: string; readonly problems: readonly string[] };

/** What somebody should know of what was found. */
export type Discovery =
  | { readonly kind: "left-out"; readonly file: string; readonly reason: LeftOut }
  /** What another tool's file says and could not be followed. */
  | { readonly kind: "unread"; readonly where: string; readonly why: string }
  | { readonly kind: "not-expressed"; readonly image: string; readonly what: readonly string[] }
  | { readonly kind: "registry-guessed"; readonly registry: string }
  /** What is declared elsewhere and what the Dockerfile says are two things. */
  | {
      readonly kind: "dependencies-differ";
      readonly where: string;
      readonly image: string;
      readonly missing: readonly string[];
      readonly superfluous: readonly string[];
    }
  | { readonly kind: "digests-differ"; readonly image: string; readonly digests: readonly FoundDigest[] }
  | {
      readonly kind: "digest-unconfirmed";
      readonly image: string;
      readonly digest: Digest;
      readonly why: string;
    };

/** A digest and where it stands. */
export interface FoundDigest {
  readonly digest: Digest;
  readonly places: readonly Place[];
}
