/** A piece of what a container writes. */
export interface Frame {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

const HEADER = 8;
const STDERR = 2;

/**
 * The pieces of a container's output, each of which has a header of 8 bytes: the stream's number first, the length at the end
 * (https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerAttach).
 */
export async function* readFrames(output: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let rest = Buffer.alloc(0);
  for await (const bytes of output) {
    rest = Buffer.concat([rest, bytes]);
    let start = 0;
    while (start + HEADER <= rest.length) {
      const end = start + HEADER + rest.readUInt32BE(start + 4);
      if (end > rest.length) break;
      const stream = rest[start] === STDERR ? "stderr" : "stdout";
      yield { stream, bytes: rest.subarray(start + HEADER, end) };
      start = end;
    }
    rest = rest.subarray(start);
  }
}
