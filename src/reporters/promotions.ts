import type { ImageTags, Promotion } from "../model/promotion.ts";
import type { Colours } from "./colours.ts";
import { shortDigest } from "./short-digest.ts";
import { formatTable, type Cell } from "./table.ts";

/** Which tags are moved, or would be, from where to where. */
export function formatPromotions(
  promotions: readonly Promotion[],
  isDone: boolean,
  colours: Colours,
): string {
  const moved = promotions.filter(({ from, to }) => from !== to);
  const same = promotions.length - moved.length;
  const rows: Cell[][] = moved.map(({ image, tag, from, to }) => [
    { text: image },
    { text: tag },
    { text: from === undefined ? "new" : shortDigest(from), paint: colours.dim },
    { text: "→" },
    { text: shortDigest(to), paint: colours.green },
  ]);
  const lines = [
    ...formatTable(rows),
    ...(same === 0 ? [] : [`${same} of ${promotions.length} ${same === 1 ? "is" : "are"} there already.`]),
    ...(moved.length > 0 && !isDone ? ["Nothing was changed: this was a dry run."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for other tools. */
export function formatPromotionsJson(promotions: readonly Promotion[]): string {
  const images = promotions.map(({ image, ...rest }) => [image, rest]);
  return `${JSON.stringify({ images: Object.fromEntries(images) as object }, undefined, 2)}\n`;
}

/** A row for each tag of each image. */
export function formatTags(listed: readonly ImageTags[], colours: Colours): string {
  const rows: Cell[][] = listed.flatMap(({ image, locked, tags }) =>
    tags.length === 0
      ? [[{ text: image }, { text: "no tags", paint: colours.dim }]]
      : tags.map(({ tag, digest }) => [
          { text: image },
          { text: tag },
          { text: shortDigest(digest) },
          digest === locked
            ? { text: "as in the lockfile", paint: colours.green }
            : { text: "differs from the lockfile", paint: colours.yellow },
        ]),
  );
  const header: Cell[] = ["IMAGE", "TAG", "DIGEST"].map((text) => ({ text, paint: colours.dim }));
  return `${formatTable([header, ...rows]).join("\n")}\n`;
}

/** The same for other tools. */
export function formatTagsJson(listed: readonly ImageTags[]): string {
  const images = listed.map(({ image, repository, locked, tags }) => [
    image,
    { repository, locked, tags: Object.fromEntries(tags.map(({ tag, digest }) => [tag, digest])) },
  ]);
  return `${JSON.stringify({ images: Object.fromEntries(images) as object }, undefined, 2)}\n`;
}
