import type { Element } from "hast";
import { s } from "hastscript";
import type { RecordedImage, RunRecord, Span } from "../../model/run-record.ts";
import { formatSeconds } from "../amounts.ts";
import { printable } from "../printable.ts";
import { anchorsOf, classOf, stateOf } from "./shown.ts";

const WIDTH = 1000;
const LEFT = 70;
const RIGHT = 40;
const ROW = 34;
const TOP = 22;
const CHARACTER_WIDTH = 6.6;

type Begun = RecordedImage & { readonly span: Span };

/**
 * What was made when in which place: a bar from the moment when an image took the place until it left it, and below it a thin
 * one while it was pushed. A dashed line stands at the bound.
 */
export function timeFigure(record: RunRecord): Element {
  const begun = record.images.filter((image): image is Begun => image.span !== undefined);
  const anchors = anchorsOf(record);
  const places = Math.max(0, ...begun.map(({ span }) => span.place + 1));
  const height = TOP + places * ROW + 6;
  const end = Math.max(record.seconds, ...begun.map(({ span }) => span.end), 0.001);
  const x = (seconds: number) => LEFT + (seconds / end) * (WIDTH - LEFT - RIGHT);
  const bound = boundOf(record);
  return s(
    "svg.times",
    { viewBox: `0 0 ${WIDTH} ${height}`, role: "group", ariaLabel: "What was made when, in which place" },
    ticks(end).map((seconds) => [
      s("line.tick", { x1: x(seconds), x2: x(seconds), y1: TOP - 6, y2: height }),
      s("text.tick", { x: x(seconds), y: TOP - 9, textAnchor: "middle" }, formatTick(seconds)),
    ]),
    Array.from({ length: places }, (_, place) =>
      s("text.tick", { x: 0, y: TOP + place * ROW + 18 }, `place ${place + 1}`),
    ),
    begun.map((image) => bar(image, record, anchors.get(image.name) ?? "", x)),
    s(
      "line.bound",
      { x1: x(bound), x2: x(bound), y1: TOP - 6, y2: height },
      s("title", `the bound: ${formatSeconds(bound)}`),
    ),
  );
}

/** How long the run must take at the least. */
export function boundOf({ bound }: Pick<RunRecord, "bound">): number {
  return Math.max(bound.chainSeconds, bound.shareSeconds);
}

function bar(image: Begun, record: RunRecord, anchor: string, x: (seconds: number) => number): Element {
  const { place, start, made, end, phases } = image.span;
  const y = TOP + place * ROW;
  const width = Math.max(1.5, x(made) - x(start));
  const name = printable(image.name);
  const room = Math.floor((width - 8) / CHARACTER_WIDTH);
  const pushing = phases.find(({ phase }) => phase === "pushing");
  const state = stateOf(image, record);
  return s(
    "a",
    {
      class: ["bar", classOf(state), ...(record.bound.chain.includes(image.name) ? ["chain"] : [])],
      href: `#${anchor}`,
      dataImage: anchor,
    },
    s("title", `${name}: ${state}, from ${formatSeconds(start)} to ${formatSeconds(end)}`),
    s("rect", { x: x(start), y, width, height: 22, rx: 3 }),
    ...(pushing === undefined
      ? []
      : [
          s("rect.push", {
            x: x(pushing.start),
            y: y + 24,
            width: Math.max(1, x(end) - x(pushing.start)),
            height: 4,
          }),
        ]),
    ...(room < 3
      ? []
      : [
          s(
            "text",
            { x: x(start) + 4, y: y + 15 },
            name.length <= room ? name : `${name.slice(0, room - 1)}…`,
          ),
        ]),
  );
}

/** At most ten, at round numbers. */
function ticks(end: number): readonly number[] {
  const rough = end / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

function formatTick(seconds: number): string {
  return seconds < 1 ? `${Number(seconds.toPrecision(2))} s` : formatSeconds(seconds);
}
