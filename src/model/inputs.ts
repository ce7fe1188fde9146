/** All that goes into an image, apart from the digests of the images that it is built on. */
export interface Inputs {
  /** The hash of what of the Dockerfile can change the image; pins of managed images do not count. */
  readonly dockerfile: string;
  /** What the builder is told besides: `target`, `platforms`, `network`, `label NAME`. */
  readonly options: Readonly<Record<string, string>>;
  /** The build arguments that the build can see; an image's is `image:NAME`. */
  readonly args: Readonly<Record<string, string>>;
  /** The files, links and empty directories that the build can read: path → hash, sorted by path. */
  readonly context: ReadonlyMap<string, string>;
}

/** What the lockfile keeps of the inputs: enough to say which of them has changed. Hashes are cut short. */
export interface RecordedInputs {
  readonly dockerfile: string;
  readonly options: Readonly<Record<string, string>>;
  /** Values; of those whose name tells of a secret only a hash. */
  readonly args: Readonly<Record<string, string>>;
  /** Image → its digest. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Path → hash. A path with a slash at its end is a directory with all below it; `./` is the whole context. */
  readonly context: Readonly<Record<string, string>>;
}
