/** An image of the configuration and what hangs on what, as data for people's tools. */
export interface DescribedImage {
  readonly repository: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly dependencies: readonly string[];
  readonly dependents: readonly string[];
  /** What it is built on that the configuration does not declare; `reference` is what BuildKit would fetch. */
  readonly bases: readonly { readonly reference: string; readonly where: string; readonly line: number }[];
}
