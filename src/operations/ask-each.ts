import { createLimit } from "../schedule/create-limit.ts";

/** So many questions are under way at the same time. */
const MOST_QUESTIONS = 16;

/** The answers, by key. The first failure ends all other questions. */
export async function askEach<Question, Answer>(
  questions: ReadonlyMap<string, Question>,
  ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Answer>> {
  const limit = createLimit(MOST_QUESTIONS);
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const asked = [...questions].map(([key, question]) =>
    limit(async () => {
      until.throwIfAborted();
      return [key, await ask(question, until)] as const;
    }),
  );
  try {
    return new Map(await Promise.all(asked));
  } finally {
    stop.abort();
  }
}
