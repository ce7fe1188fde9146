/** Something that is being found out, for all who want to know. */
interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Asks for each thing once at a time: who asks for what is being found out already gets the same answer. The question is
 * given up when nobody waits for its answer any more.
 */
export function openSingleFlight<Result>() {
  const flights = new Map<string, Flight<Result>>();
  return async (
    key: string,
    ask: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> => {
    signal?.throwIfAborted();
    // Each has a signal of its own to listen to: Node warns of one that many listen to.
    const own = signal === undefined ? undefined : AbortSignal.any([signal]);
    const flight = flights.get(key) ?? start(flights, key, ask);
    flight.waiting += 1;
    const leave = () => {
      flight.waiting -= 1;
      if (flight.waiting > 0) return;
      if (flights.get(key) === flight) flights.delete(key);
      flight.stop.abort(signal?.reason);
    };
    own?.addEventListener("abort", leave, { once: true });
    try {
      return await unlessAborted(flight.result, signal);
    } finally {
      own?.removeEventListener("abort", leave);
    }
  };
}

function start<Result>(
  flights: Map<string, Flight<Result>>,
  key: string,
  ask: (signal: AbortSignal) => Promise<Result>,
): Flight<Result> {
  const stop = new AbortController();
  const flight = { stop, waiting: 0, result: ask(stop.signal) };
  flights.set(key, flight);
  const land = () => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  flight.result.then(land, land);
  return flight;
}

async function unlessAborted<Result>(
  result: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
