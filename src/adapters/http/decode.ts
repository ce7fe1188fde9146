import { pipeline, type Readable } from "node:stream";

/** The bytes of a body that was packed, which some servers do unasked; one that is packed in an unknown way stays as it is. */
export async function decode(body: Readable, encoding: string): Promise<Readable> {
  const { createBrotliDecompress, createGunzip, createInflate } = await import("node:zlib");
  const known = new Map([
    ["gzip", createGunzip],
    ["x-gzip", createGunzip],
    ["deflate", createInflate],
    ["br", createBrotliDecompress],
  ]);
  const names = encoding.split(",").map((name) => name.trim().toLowerCase());
  const decoders = names.flatMap((name) => known.get(name) ?? []);
  if (decoders.length < names.length) return body;
  // The last one was applied last. Who reads it hears of a failure.
  return decoders
    .reverse()
    .reduce<Readable>((packed, create) => pipeline(packed, create(), () => undefined), body);
}
