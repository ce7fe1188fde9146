import type { CopiedTag, Copy, CopyProgress } from "../model/copy.ts";
import { formatBytes } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { shortDigest } from "./short-digest.ts";
import { formatTable, type Cell } from "./table.ts";

/** What each image took; `undefined` where nothing was done. */
export type Done = ReadonlyMap<string, CopyProgress> | undefined;

/** What is copied to where, or would be, and which tags it gets there. */
export function formatCopies(copies: readonly Copy[], done: Done, colours: Colours): string {
  const rows = copies.map((copy): Cell[] => [
    { text: copy.image },
    { text: "→" },
    { text: copy.target },
    { text: shortDigest(copy.digest), paint: colours.green },
    { text: amountOf(copy, done) },
    { text: copy.tags.map((tag) => describeTag(tag, copy)).join(", "), paint: colours.dim },
  ]);
  const lines = [
    ...formatTable(rows),
    ...(done === undefined ? ["Nothing was changed: this was a dry run."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for other tools. */
export function formatCopiesJson(copies: readonly Copy[], done: Done): string {
  const images = copies.map(({ image, tags, ...rest }) => [
    image,
    {
      ...rest,
      tags: Object.fromEntries(tags.map(({ tag, from }) => [tag, { from: from ?? null }])),
      ...(done === undefined ? {} : { copied: done.get(image) }),
    },
  ]);
  return `${JSON.stringify({ images: Object.fromEntries(images) as object }, undefined, 2)}\n`;
}

/** `3.2 GB sent, 12 MB there`. */
export function formatCopied({ sent, mounted, there }: CopyProgress): string {
  const parts = [
    { bytes: sent, how: "sent" },
    { bytes: mounted, how: "mounted" },
    { bytes: there, how: "there already" },
  ].filter(({ bytes }) => bytes > 0);
  return parts.map(({ bytes, how }) => `${formatBytes(bytes)} ${how}`).join(", ");
}

function amountOf({ image, isThere, bytes }: Copy, done: Done): string {
  if (isThere) return "there already";
  const copied = done?.get(image);
  return copied === undefined ? formatBytes(bytes) : formatCopied(copied);
}

function describeTag({ tag, from }: CopiedTag, { digest }: Copy): string {
  if (from === undefined) return `${tag} (new)`;
  return from === digest ? `${tag} (as it was)` : `${tag} (was ${shortDigest(from)})`;
}
