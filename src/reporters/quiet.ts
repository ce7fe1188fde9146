import type { RunEvent } from "../model/run.ts";
import { createColours, type Colours } from "./colours.ts";
import { countOutcomes, failureLines } from "./outcomes.ts";
import { printable } from "./printable.ts";
import { pulledLines } from "./pulled.ts";
import type { Output, Reporter } from "./reporter.ts";

/** Shows failures, and counts at the end. */
export function createQuietReporter({ stream, colour }: Output): Reporter {
  const colours = createColours(colour);
  const report = (event: RunEvent) => {
    for (const line of linesOf(event, colours)) stream.write(`${line}\n`);
  };
  return Object.assign(report, { close: () => undefined });
}

function linesOf(event: RunEvent, colours: Colours): readonly string[] {
  switch (event.kind) {
    case "finished":
      if (event.result.outcome !== "failed") return [];
      return [colours.red(`${printable(event.image)}: failed`), ...failureLines(event.result)];
    case "pulled":
      return event.pulled.outcome === "failed" ? pulledLines(event.pulled, colours) : [];
    case "done":
      return [countOutcomes(Object.values(event.result.images).map(({ outcome }) => outcome))];
    case "planned":
    case "place":
    case "phase":
    case "step":
    case "interrupted":
    case "rewriting":
      return [];
  }
}
