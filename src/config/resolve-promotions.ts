import type { TOP_VALUES, Values } from "./values.ts";
import type { PromotionTarget } from "../model/copy.ts";

/** By name. */
export function resolvePromotions(
  values: Values<typeof TOP_VALUES>["promotions"],
): ReadonlyMap<string, PromotionTarget> {
  const entries = Object.entries(values ?? {}).map(
    ([name, { registry, names = {}, tags = [] }]): [string, PromotionTarget] => [
      name,
      { registry, names: new Map(Object.entries(names)), tags },
    ],
  );
  return new Map(entries);
}
