/**
 * Reporters turn what happens in a run into text. They see nothing of the world but what they are given: a stream, a
 * clock and a timer. Text that comes from outside (steps, logs, errors) is made printable before it is shown.
 */
import type { Clock, Report } from "../ports.ts";

/** Is told what happens in a run, and prints it. */
export type Reporter = Report & {
  /** Ends the display and its timer, also of a run that never said `done`. May be called more than once. */
  close(): void;
};

/** What a reporter writes to. */
export interface Output {
  /** Standard error, usually. Its size is asked for at each drawing; without one it is 80 × 24. */
  readonly stream: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
  /** Whether the stream shows colours. */
  readonly colour: boolean;
  readonly clock: Pick<Clock, "now">;
  /** How long the run still takes, if that can be said. */
  readonly secondsLeft?: () => number | undefined;
  /** Calls `action` each time so many seconds have passed, until the returned function is called. */
  readonly every: (seconds: number, action: () => void) => () => void;
  /** Where logs are shown whole, folded: in CI systems, whose machines are gone when somebody reads. */
  readonly groups?: LogGroups;
}

/** How logs are shown folded. */
export interface LogGroups {
  /** The end of a log, if it can be read, and how many bytes stand before it. */
  readonly read: (
    path: string,
    most: number,
  ) => { readonly text: string; readonly omitted: number } | undefined;
  /** A title with lines below it. */
  readonly fold: (title: string, lines: readonly string[]) => readonly string[];
}
