import { UsageError } from "../errors.ts";
import type { Image } from "../model/image.ts";
import { nearest } from "../model/nearest.ts";

/** The images that the command line asks for; `all` is every one. Throws a `UsageError` for a name that is none. */
export function findImages(images: readonly Image[], asked: readonly string[]): readonly Image[] {
  const unknown = asked.filter((name) => name !== "all" && !images.some((image) => image.name === name));
  if (unknown.length > 0) throw unknownImages(unknown, images);
  return asked.includes("all") ? images : images.filter(({ name }) => asked.includes(name));
}

function unknownImages(unknown: readonly string[], images: readonly Image[]): UsageError {
  const names = images.map(({ name }) => name);
  const sentences = unknown.map((name) => {
    const near = nearest(name, names);
    return `There is no image ${name}${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`;
  });
  return new UsageError(sentences.join("\n"), {
    remedy: `The images are: ${names.join(", ")}, or all of them: all`,
  });
}
