/** What is to be built, as jobs for machines that share nothing but the registry. */
export interface JobMatrix {
  /** Each may be begun when the one before it is done. */
  readonly waves: readonly (readonly string[])[];
  /** For each job those that must be done before it. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}
