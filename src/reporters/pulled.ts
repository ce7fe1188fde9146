import type { PulledImage } from "../model/pull.ts";
import { formatReference } from "../model/reference.ts";
import { formatSeconds } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { printable, printableLines } from "./printable.ts";
import { formatTable, type Cell } from "./table.ts";

/** What `docker run` takes for each image that is there now. */
export function formatPulled(pulled: readonly PulledImage[], { dim, green, red }: Colours): string {
  const header: Cell[] = ["IMAGE", "OUTCOME", "NAME"].map((text) => ({ text, paint: dim }));
  const rows = pulled.map(({ image, outcome, names, pin }): Cell[] => [
    { text: image },
    { text: wordFor(outcome), paint: outcome === "failed" ? red : green },
    { text: outcome === "failed" ? "" : names.length > 0 ? names.join(" ") : formatReference(pin) },
  ]);
  return `${formatTable([header, ...rows]).join("\n")}\n`;
}

/** The same for other tools. */
export function formatPulledJson(pulled: readonly PulledImage[]): string {
  const images = pulled.map(({ image, pin, ...rest }) => [
    image,
    { ...rest, reference: formatReference(pin) },
  ]);
  return `${JSON.stringify({ images: Object.fromEntries(images) as object }, undefined, 2)}\n`;
}

/** What is said of an image as soon as it is there, or cannot be. */
export function pulledLines(
  { image, outcome, seconds, error }: PulledImage,
  { green, red }: Colours,
): readonly string[] {
  const paint = outcome === "failed" ? red : green;
  const line = `${printable(image)}: ${paint(wordFor(outcome))} in ${formatSeconds(seconds)}`;
  return error === undefined ? [line] : [line, ...printableLines(error).map((each) => `    ${each}`)];
}

function wordFor(outcome: PulledImage["outcome"]): string {
  return outcome === "present" ? "there already" : outcome;
}
