/** Gives up what takes long as a whole, and may, when nothing moves any more. */
export interface Watch {
  /** Aborted by the user's signal, or with a `TimeoutError`. */
  readonly signal: AbortSignal;
  /** Something has moved. */
  moves(): void;
  /** All is sent: what the other side now makes of it may take longer. */
  waits(): void;
  /** Nothing is watched any more, and what is still under way is given up. */
  end(): void;
}

/** So many times the usual patience: a registry reads a large blob once more before it answers. */
const LONGER = 10;

/** `patience` is in milliseconds. */
export function openWatch(patience: number, signal: AbortSignal | undefined): Watch {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const allow = (milliseconds: number) => {
    clearTimeout(timer);
    // What was under way at the end may still move a little.
    if (stop.signal.aborted) return;
    timer = setTimeout(() => {
      stop.abort(new DOMException("Nothing moves.", "TimeoutError"));
    }, milliseconds);
  };
  allow(patience);
  return {
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    moves: () => {
      allow(patience);
    },
    waits: () => {
      allow(patience * LONGER);
    },
    end: () => {
      clearTimeout(timer);
      stop.abort();
    },
  };
}
