import type { BuilderChoice } from "../model/builder.ts";
import type { Prepared } from "../operations/build-images.ts";
import { watchRun, type Watch } from "../operations/watch-run.ts";
import type { Report } from "../ports.ts";
import { clock } from "./clock.ts";
import type { Foresight } from "./foresee.ts";
import type { Project } from "./open-project.ts";
import type { Terminal } from "./terminal.ts";
import { logsFolder, openWorld, type RegistryFlags, type RunWorld } from "./world.ts";

/** A run that is watched: for its record, and for how long it still takes. */
export interface FollowedRun {
  readonly world: RunWorld;
  readonly watch: Watch;
  /** Joins a builder before it is needed. */
  readonly joinBuilder: (choice: BuilderChoice) => void;
  /** Follows the run once it is planned. */
  readonly begin: (prepared: Prepared) => void;
}

/** Joins a run to the outside, as `openWorld` does. `logs` is the folder that has the records of earlier runs, too. */
export function followRun(
  outside: Pick<Terminal, "environment">,
  project: Project,
  flags: RegistryFlags & { readonly concurrency: number; readonly keepGoing: boolean },
  { report, foresight }: { readonly report: Report; readonly foresight: Foresight },
  logs = logsFolder(project.checkout),
): FollowedRun {
  const watch = watchRun(clock);
  const tell: Report = (event) => {
    watch.report(event);
    report(event);
  };
  const world = openWorld(outside, project, flags, tell, logs);
  return {
    world,
    watch,
    joinBuilder: (choice) => {
      // To join it takes a while; where it does not answer, the run says so when it needs it.
      world.builder(choice).catch(() => undefined);
      foresight.read(logs);
    },
    begin: ({ survey: { graph }, plan }) => {
      if (plan.decisions.every(({ action }) => action === "up-to-date")) return;
      const { concurrency, keepGoing } = flags;
      foresight.read(logs);
      foresight.begin({ graph, plan, watch, concurrency, keepGoing });
    },
  };
}
