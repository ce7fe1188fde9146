import { readRecords } from "../adapters/files/records.ts";
import { durationsOf, expectEnd, type GoingRun } from "../operations/expect-end.ts";
import { clock } from "./world.ts";

/** Says how long a run still takes. */
export interface Foresight {
  /** `undefined` until it can be said, or if it cannot. */
  readonly secondsLeft: () => number | undefined;
  /** Looks, beside the run, at what earlier runs took, whose records are in `logs`. */
  readonly begin: (run: Omit<GoingRun, "durations">, logs: string) => void;
}

/** A run whose end is to be foreseen once it is planned. */
export function foresee(): Foresight {
  let secondsLeft: () => number | undefined = () => undefined;
  return {
    secondsLeft: () => secondsLeft(),
    begin: (run, logs) => {
      void readRecords(logs).then((records) => {
        secondsLeft = expectEnd({ ...run, durations: durationsOf(records) }, clock);
      });
    },
  };
}
