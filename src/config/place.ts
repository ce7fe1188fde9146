/** Where a configuration was found, and what the command line says about it. */
export interface Place {
  /** The directory of the configuration file from the root of the checkout, with `/`; `.` is the root itself. */
  readonly directory: string;
  /** The configuration file, for messages. */
  readonly file: string;
  /** Takes the place of the configuration's `registry`. */
  readonly registry?: string | undefined;
  /** Takes the place of every image's `builder`. */
  readonly builder?: string | undefined;
}
