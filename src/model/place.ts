/** A place in a file. */
export interface Place {
  /** Path from the root of the checkout. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units as editors do; in bytes where the file is not UTF-8. */
  readonly column: number;
}
