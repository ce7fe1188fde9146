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
  /** Calls `action` each time so many seconds have passed, until the returned function is called. */
  readonly every: (seconds: number, action: () => void) => () => void;
}
