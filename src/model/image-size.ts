/** How much of an image is pulled: its layers as the registry has them, compressed. */
export interface ImageSize {
  readonly bytes: number;
  /** That of the lockfile's digest before this run, if it was for the same platform. */
  readonly previous?: number;
}
