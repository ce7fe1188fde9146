import { PassThrough } from "node:stream";
import { askHolding, isRemembered, type HoldingMemory } from "./find-holding.ts";
import type { Folders } from "./folders.ts";
import { splitNul } from "./run-git.ts";

/** A search that git is at. */
export interface Search {
  /** All that it finds. */
  readonly all: () => Promise<readonly string[]>;
  /** The same, while it finds them; to be gone through once. */
  readonly each: () => AsyncGenerator<string, void>;
}

/** Has git search while it lists, unless there was a run that has found them: then it need not search. */
export async function searchEarly(
  folders: Folders,
  texts: readonly string[],
  memory: HoldingMemory,
): Promise<Search | undefined> {
  if (await isRemembered(folders, memory)) return undefined;
  const pieces = new PassThrough();
  const all = askHolding(folders, texts, (piece) => pieces.write(piece));
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
