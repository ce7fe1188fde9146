import type { Pin } from "./pin.ts";

type Scan = (path: string, bytes: Buffer) => readonly Pin[];

/** Bytes of all files that are remembered. */
const MOST_BYTES = 16 * 1024 * 1024;

interface Scanned {
  readonly bytes: Buffer;
  readonly pins: readonly Pin[];
}

/**
 * The scan, which is not done again for what a file held the last two times: a file is looked at, then with its new digests
 * in it, and both once more when it is written. The bytes must not be changed by anybody.
 */
export function rememberScans(scan: Scan): Scan {
  const known = new Map<string, readonly Scanned[]>();
  let size = 0;
  return (path, bytes) => {
    const scanned = known.get(path) ?? [];
    const before = scanned.find((each) => each.bytes.equals(bytes));
    if (before !== undefined) return before.pins;
    const pins = scan(path, bytes);
    size += bytes.length;
    if (size > MOST_BYTES) {
      known.clear();
      size = bytes.length;
    }
    known.set(path, [{ bytes, pins }, ...scanned.slice(0, 1)]);
    return pins;
  };
}
