import { toExpression } from "./reference-values.ts";
import type { TOP_VALUES, Values } from "./values.ts";
import { DEFAULT_REFERENCES, type ReferenceSettings } from "../model/reference-settings.ts";

/** Fills in the defaults of what has no problem. */
export function resolveReferences(values: Values<typeof TOP_VALUES>["references"]): ReferenceSettings {
  const { include, exclude, patterns } = values ?? {};
  return {
    ...(include === undefined ? {} : { include }),
    exclude: exclude ?? DEFAULT_REFERENCES.exclude,
    patterns: (patterns ?? []).map(({ files, match }) => ({ files, match: toExpression(match) })),
  };
}
