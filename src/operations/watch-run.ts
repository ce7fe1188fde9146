import type { Outcome, Phase, RunEvent } from "../model/run.ts";
import type { Clock, Report } from "../ports.ts";

/** What an image was doing when, as far as it was told; in the clock's seconds. */
export interface WatchedImage {
  start?: number;
  made?: number;
  end?: number;
  outcome?: Outcome;
  readonly phases: { readonly phase: Phase; readonly start: number }[];
}

/** Looks at the clock whenever something happens in a run. */
export interface Watch {
  readonly report: Report;
  /** When the plan was made. */
  readonly planned: () => number;
  readonly images: ReadonlyMap<string, WatchedImage>;
}

/** Notes when each thing of a run happens, for its record. */
export function watchRun(clock: Pick<Clock, "now">): Watch {
  const images = new Map<string, WatchedImage>();
  let planned = clock.now();
  const imageOf = (name: string): WatchedImage => {
    const image = images.get(name) ?? { phases: [] };
    images.set(name, image);
    return image;
  };
  const report = (event: RunEvent) => {
    const now = clock.now();
    switch (event.kind) {
      case "planned":
        planned = now;
        return;
      case "place":
        imageOf(event.image)[event.taken ? "start" : "made"] = now;
        return;
      case "phase":
        imageOf(event.image).phases.push({ phase: event.phase, start: now });
        return;
      case "finished":
        Object.assign(imageOf(event.image), { end: now, outcome: event.result.outcome });
        return;
      case "step":
      case "pulled":
      case "interrupted":
      case "rewriting":
      case "done":
    }
  };
  return { report, planned: () => planned, images };
}
