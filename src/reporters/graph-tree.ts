import cliTruncate from "cli-truncate";
import type { TreeLine } from "../model/layout.ts";
import type { Staleness } from "../model/staleness.ts";
import type { Colours } from "./colours.ts";
import { printable } from "./printable.ts";

/** What a tree is written on, and what is said of its images. */
export interface TreeStyle {
  readonly colours: Colours;
  /** No line is wider; without it lines are as long as they are. */
  readonly columns?: number | undefined;
  /** Images that stand out. */
  readonly named?: readonly string[];
  readonly staleness?: ReadonlyMap<string, Staleness>;
}

/** So much of a name is left at the least. */
const LEAST_OF_NAME = 8;

/**
 * The graph as a tree for people: below each image what is built on it. `(+ x)` names what else it is built on, `*` says that it
 * is stale. What is too long is cut: first the others, then the middle of the name.
 */
export function formatTree(lines: readonly TreeLine[], style: TreeStyle): string {
  const drawn = lines.map((line) => `${formatLine(line, style)}\n`);
  return [...drawn, ...legend(lines, style).map((line) => `${line}\n`)].join("");
}

function formatLine(
  line: TreeLine,
  { colours, columns = Infinity, named = [], staleness }: TreeStyle,
): string {
  const { guide, image } = line;
  const { bold, dim, yellow } = colours;
  const mark = markOf(staleness?.get(image));
  const fits = (tail: string, name: string) => isWithin(guide + name + mark + tail, columns);
  const whole = printable(image);
  const tails = tailsOf(line);
  const tail = tails.find((each) => fits(each, whole)) ?? tails.at(-1) ?? "";
  const room = Math.max(LEAST_OF_NAME, columns - (guide + mark + tail).length);
  const name = fits(tail, whole) ? whole : cliTruncate(whole, room, { position: "middle" });
  const painted = guide + (named.includes(image) ? bold(name) : name) + yellow(mark) + dim(tail);
  return fits(tail, name) ? painted : cliTruncate(painted, columns);
}

/** What follows the name and the mark, the longest first. */
function tailsOf({ others, isAbove }: TreeLine): readonly string[] {
  const above = isAbove ? ", see above" : "";
  if (others.length === 0) return [above];
  const counted = others.length === 1 ? "1 other" : `${others.length} others`;
  return [` (+ ${others.map(printable).join(", ")})${above}`, ` (+ ${counted})${above}`, above];
}

function markOf(staleness: Staleness | undefined): string {
  switch (staleness?.state) {
    case "stale":
      return " *";
    case "unknown":
      return " ?";
    case "up to date":
    case undefined:
      return "";
  }
}

/** What the marks mean, if there are any. */
function legend(
  lines: readonly TreeLine[],
  { colours: { yellow }, staleness = new Map() }: TreeStyle,
): readonly string[] {
  const shown = [...new Set(lines.map(({ image }) => image))].flatMap((image) => staleness.get(image) ?? []);
  const isStale = shown.some(({ state }) => state === "stale");
  const unknown = [...new Set(shown.flatMap((each) => (each.state === "unknown" ? [each.why] : [])))];
  return [
    ...(isStale || unknown.length > 0 ? [""] : []),
    ...(isStale ? [`${yellow("*")} not up to date; why: manage-images plan --image all`] : []),
    ...unknown.map((why) => `${yellow("?")} ${printable(why)}`),
  ];
}

/** As a terminal counts columns, not as strings count characters. */
function isWithin(text: string, columns: number): boolean {
  return columns === Infinity || cliTruncate(text, columns) === text;
}
