import { UsageError } from "../errors.ts";

/** The error of a command line that names no image. */
export function noImage(names: readonly string[]): UsageError {
  return new UsageError("Which images? None is named.", {
    remedy: `Name one or more: manage-images --image ${names[0] ?? "NAME"}\nThe images are: ${names.join(", ")}, or all of them: all`,
  });
}
