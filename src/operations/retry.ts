import { UserError } from "../errors.ts";
import type { Attention, Clock } from "../ports.ts";

/** The pause before the second attempt, in seconds; each further one is twice as long. */
const FIRST_PAUSE = 1;

/** Tries something again after trouble that may pass, `retries` times at most. Each failure is told to the log. */
export async function retrying<Result>(
  clock: Clock,
  retries: number,
  attention: Attention,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let pause = FIRST_PAUSE, left = retries; ; pause *= 2, left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UserError && error.isTransient) || left <= 0 || attention.signal.aborted)
        throw error;
      attention.log(`${error.message}\nTrying again in ${pause} s.`);
      await clock.sleep(pause, attention.signal);
    }
  }
}
