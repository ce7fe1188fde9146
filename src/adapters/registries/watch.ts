/** Gives up what takes long as a whole, and may, when nothing moves any more. */
export interface Watch {
  /** Aborted by the user's signal, or with a `TimeoutError`. */
  readonly signal: AbortSignal;
  /** Something has moved. */
  moves(): void;
  /** All is sent: what the other side now makes of it may take longer. */
  waits(): void;
  /** Nothing is watched any more. */
  end(): void;
}

/** So many times the usual patience: a registry reads a large blob once more before it answers. */
const LONGER = 10;

/** `patience` is in milliseconds. */
export function openWatch(patience: number, signal: AbortSignal | undefined): Watch {
  const stop = new AbortController();
  const giveUp = () => {
    stop.abort(new DOMException("Nothing moves.", "TimeoutError"));
  };
  let timer = setTimeout(giveUp, patience);
  return {
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    moves: () => {
      timer.refresh();
    },
    waits: () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience * LONGER);
    },
    end: () => {
      clearTimeout(timer);
    },
  };
}
