/** The answers, by key. The first failure ends all other questions. How many are asked at a time is not said here. */
export async function askEach<Question, Answer>(
  questions: ReadonlyMap<string, Question>,
  ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Answer>> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  try {
    const asked = [...questions].map(async ([key, question]) => [key, await ask(question, until)] as const);
    return new Map(await Promise.all(asked));
  } finally {
    stop.abort();
  }
}
