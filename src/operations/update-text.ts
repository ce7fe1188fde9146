import type { Digest } from "../model/digest.ts";
import type { Refused } from "../model/pinning.ts";
import { formatReference, parseReference, type Reference } from "../model/reference.ts";
import type { Pin } from "../references/pin.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import type { Scanner } from "../references/scanner.ts";
import type { RewrittenFile, Wishes } from "./rewrite-places.ts";

/** The bytes of a file of any kind with the digests of its bases moved. */
export function updateText(file: string, bytes: Uint8Array, scanner: Scanner, wishes: Wishes): RewrittenFile {
  const digests = new Map<string, Digest>();
  const refused: Refused[] = [];
  for (const pin of scanner.scan(file, bytes)) {
    if (pin.image !== undefined || !wishes.concerns(pin)) continue;
    const wish = wishes.of(pin);
    if (wish?.kind === "digest") digests.set(formatReference(pin), wish.to);
    if (wish?.kind === "refusal")
      refused.push({ file, line: lineOf(bytes, pin), reference: formatReference(pin), why: wish.why });
  }
  const rewritten = rewritePins(file, bytes, { scanner, owner: formatReference }, (reference) =>
    digests.get(reference),
  );
  const references = rewritten.changes.map(({ image, line, from, to }) => {
    return { file, line, reference: withoutDigest(image), from, to };
  });
  return { bytes: rewritten.bytes, references, refused };
}

function withoutDigest(text: string): string {
  const { name, tag }: Reference = parseReference(text) ?? { name: text };
  return formatReference({ name, ...(tag === undefined ? {} : { tag }) });
}

function lineOf(bytes: Uint8Array, { hexStart }: Pin): number {
  return Buffer.from(bytes.subarray(0, hexStart)).toString("latin1").split("\n").length;
}
