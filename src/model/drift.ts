import type { Digest } from "./digest.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Place } from "./place.ts";
import type { Reason } from "./plan.ts";
import type { ElsewhereNotice } from "./run.ts";

/** What a registry has under a digest: an index of several manifests, or one platform's manifest. */
export type ManifestKind = "index" | "image";

/** A reference, a lockfile entry or a declaration that does not agree with the others, and where it stands. */
export type Drift = Place & Disagreement;

/** What does not agree with what. References are texts as they would be written. */
export type Disagreement =
  /** A pin with a digest that is not the lockfile's. */
  | { readonly kind: "stale-pin"; readonly image: string; readonly found: Digest; readonly expected: Digest }
  /** The same with a digest that the lockfile had before, as after a merge; `revision` is the latest commit where it did. */
  | {
      readonly kind: "earlier-pin";
      readonly image: string;
      readonly found: Digest;
      readonly expected: Digest;
      readonly revision: string;
    }
  /** A pin of the image that was for a platform which the image is not for any more. */
  | { readonly kind: "lost-platform"; readonly image: string; readonly found: Digest }
  /** A Dockerfile's reference that has another digest than the lockfile once its variables are filled in. */
  | { readonly kind: "hidden-pin"; readonly image: string; readonly found: Digest; readonly expected: Digest }
  /** A Dockerfile's reference without a digest; `expected` is there if the lockfile has one. */
  | {
      readonly kind: "unpinned";
      readonly image: string;
      readonly found: string;
      readonly expected?: string;
    }
  /** A pin below the configuration's registry that no image owns. */
  | { readonly kind: "unowned-pin"; readonly found: string }
  /** A pin of a repository that several images share, of which it cannot be told whose it is. */
  | { readonly kind: "ambiguous-pin"; readonly found: string; readonly candidates: readonly string[] }
  /** The Dockerfile uses an image that the configuration's `dependencies` lack. */
  | { readonly kind: "undeclared-dependency"; readonly image: string; readonly dependency: string }
  /** The configuration's `dependencies` name an image that the Dockerfile does not use. */
  | { readonly kind: "unused-dependency"; readonly image: string; readonly dependency: string }
  /** The lockfile's fingerprint is not that of the image's present inputs. */
  | {
      readonly kind: "stale-image";
      readonly image: string;
      readonly found: Fingerprint;
      readonly expected?: Fingerprint;
      readonly reasons: readonly Reason[];
    }
  /** The lockfile has no entry of an image, or only one of another repository, `found`. */
  | {
      readonly kind: "unlocked-image";
      readonly image: string;
      readonly found?: string;
      readonly expected: string;
    }
  /** The lockfile has an entry of an image that the configuration does not declare. */
  | { readonly kind: "orphaned-entry"; readonly image: string; readonly found: string }
  /**
   * The registry does not have a pinned digest in that repository. `image`: of the configuration, if it is one; `expected`:
   * the lockfile's digest of it, if that is another.
   */
  | {
      readonly kind: "missing-digest";
      readonly image?: string;
      readonly found: string;
      readonly expected?: Digest;
    }
  /** What a pin leads to is of another kind than `other`. */
  | {
      readonly kind: "changed-kind";
      readonly image?: string;
      readonly reference: string;
      readonly found: ManifestKind;
      readonly expected: ManifestKind;
      /** The reference that is of the expected kind. */
      readonly other: string;
    }
  /** The tag that is to keep the lockfile's digest, `reference`, is not there or is another digest's. */
  | {
      readonly kind: "unkept-digest";
      readonly image: string;
      readonly reference: string;
      readonly found?: Digest;
      readonly expected: Digest;
    };

/** What the user should know and is no drift. */
export type CheckNotice =
  | ElsewhereNotice
  /** The lockfile does not say what these images were built from, so that nobody can tell whether they are stale. */
  | { readonly kind: "unproven"; readonly images: readonly string[] };

/** All that a check found. */
export interface Checked {
  /** By file, line and column. */
  readonly drift: readonly Drift[];
  readonly notices: readonly CheckNotice[];
}
