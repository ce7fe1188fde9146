import { PassThrough } from "node:stream";
import { askHolding } from "./find-holding.ts";
import type { Folders } from "./folders.ts";
import { splitNul } from "./run-git.ts";

/** A search that git is at. */
export interface Search {
  /** All that it finds. */
  readonly all: () => Promise<readonly string[]>;
  /** The same, while it finds them; to be gone through once. */
  readonly each: () => AsyncGenerator<string, void>;
}

/** Has git search while other things are asked. */
export function beginSearch(folders: Folders, texts: readonly string[], signal?: AbortSignal): Search {
  const pieces = new PassThrough();
  const onOutput = (piece: Uint8Array) => pieces.write(piece);
  const all = askHolding(folders, texts, { onOutput, ...(signal === undefined ? {} : { signal }) });
  // What is wrong with it is told where it is used.
  all.catch(() => undefined).finally(() => pieces.end());
  return { all: () => all, each: () => eachPath(pieces, all) };
}

async function* eachPath(pieces: PassThrough, all: Promise<unknown>): AsyncGenerator<string, void> {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces as AsyncIterable<Buffer>) {
    const read = Buffer.concat([rest, piece]);
    const end = read.lastIndexOf(0) + 1;
    yield* splitNul(read.subarray(0, end));
    rest = read.subarray(end);
  }
  await all;
}
