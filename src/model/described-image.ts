import type { Reason } from "./plan.ts";

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

/** One image with what is known of its being up to date. */
export interface JudgedImage extends DescribedImage {
  /** Absent where it is not known. */
  readonly stale?: boolean;
  /** Why it is stale. */
  readonly reasons?: readonly Reason[];
}

/** The images and what they are built from. */
export interface DescribedGraph<Described = DescribedImage> {
  /** Dependencies before their dependents. */
  readonly order: readonly string[];
  readonly images: Readonly<Record<string, Described>>;
}
