import { readRecords } from "../adapters/files/records.ts";
import { durationsOf, expectEnd, type GoingRun } from "../operations/expect-end.ts";
import { clock } from "./clock.ts";

/** Says how long a run still takes. */
export interface Foresight {
  /** `undefined` until it can be said, or if it cannot. */
  readonly secondsLeft: () => number | undefined;
  /** What images took in earlier runs; `undefined` until it is read. */
  readonly durations: () => GoingRun["durations"] | undefined;
  /** Reads once, beside other work, what earlier runs took, whose records are in `logs`. */
  readonly read: (logs: string) => void;
  /** Follows a run that is planned. */
  readonly begin: (run: Omit<GoingRun, "durations">) => void;
}

/** A run whose end is to be foreseen once it is planned. */
export function foresee(): Foresight {
  let reading: Promise<void> | undefined;
  let durations: GoingRun["durations"] | undefined;
  let going: Omit<GoingRun, "durations"> | undefined;
  let left: (() => number | undefined) | undefined;
  return {
    secondsLeft: () => {
      if (going !== undefined && durations !== undefined) left ??= expectEnd({ ...going, durations }, clock);
      return left?.();
    },
    durations: () => durations,
    read: (logs) => {
      reading ??= readRecords(logs).then((records) => {
        durations = durationsOf(records);
      });
    },
    begin: (run) => {
      going = run;
      left = undefined;
    },
  };
}
