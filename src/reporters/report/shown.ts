import type { Outcome } from "../../model/run.ts";
import type { RecordedImage, RunRecord } from "../../model/run-record.ts";

/** What a page says became of an image: its outcome, or why it has none. */
export type State = Outcome | "up to date" | "not asked for" | "not started";

/** What a page calls it. */
export function stateOf({ name, decision }: RecordedImage, { result }: RunRecord): State {
  const outcome = result.images[name]?.outcome;
  if (outcome !== undefined) return outcome;
  if (decision === undefined) return "not asked for";
  return decision.action === "up-to-date" ? "up to date" : "not started";
}

/** The class of a state, for the style. */
export function classOf(state: string): string {
  return state.replaceAll(" ", "-");
}

/** Where a page has an image: a name can be anything, its position cannot. */
export function anchorsOf({
  images,
}: {
  readonly images: readonly { readonly name: string }[];
}): ReadonlyMap<string, string> {
  return new Map(images.map(({ name }, position) => [name, `image-${position}`]));
}
