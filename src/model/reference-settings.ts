/** Which files hold references, and what they look like beside the forms that are known. */
export interface ReferenceSettings {
  /** Globs on paths from the root of the checkout. `undefined`: all files. */
  readonly include?: readonly string[];
  /** Globs, the last that matches a path decides; one that begins with `!` takes back, also what is excluded by default. */
  readonly exclude: readonly string[];
  readonly patterns: readonly ReferencePattern[];
}

/** A form of one's own in which a file names an image and its digest. */
export interface ReferencePattern {
  /** Globs on paths from the root of the checkout. */
  readonly files: readonly string[];
  /** Has the groups `image` (a repository, or the name of an image) and `digest`, and the flags `d`, `g` and `m`. */
  readonly match: RegExp;
}

/** All files but those of others, and the known forms. */
export const DEFAULT_REFERENCES: ReferenceSettings = { exclude: [], patterns: [] };
