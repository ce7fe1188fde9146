import type { TOP_VALUES, Values } from "./values.ts";
import type { CommitSettings } from "../model/commit-settings.ts";

/** Fills in the defaults of what has no problem. */
export function resolveCommit(values: Values<typeof TOP_VALUES>["commit"]): CommitSettings {
  const { message, perImage, trailers, signoff } = values ?? {};
  return {
    ...(message === undefined ? {} : { message }),
    perImage: perImage ?? false,
    trailers: Object.entries(trailers ?? {}).flatMap(([key, value]) =>
      value.map((each) => ({ key, value: each })),
    ),
    signoff: signoff ?? false,
  };
}
