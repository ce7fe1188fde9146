import { setTimeout as sleep } from "node:timers/promises";
import { whole } from "../http/answer.ts";
import { openAsk } from "../http/ask.ts";
import type { Answer } from "../http/ways.ts";
import type { Kept } from "./state.ts";

/** The header in which the registry says who it is. */
export const IDENTITY = "X-Manage-Images-Registry";

/** How long it may take to start or to end, in milliseconds, and how often that is looked at. */
const PATIENCE = 30_000;
const PAUSE = 50;

const askDirectly = openAsk({ environment: {} });

/** `127.0.0.1:PORT`. */
export function hostOf({ port }: Kept): string {
  return `127.0.0.1:${port}`;
}

/** Whether it is our registry that answers at its port. */
export async function isOurs(kept: Kept): Promise<boolean> {
  return (await whoAnswers(kept)) === "ours";
}

/** Which start of it answers at its port. */
export async function startAt(kept: Kept): Promise<string | undefined> {
  const answer = await ask(kept);
  return answer === undefined ? undefined : idOf(answer).start;
}

/** Who answers at its port, by one question: a moment later it may be another. */
export async function whoAnswers(kept: Kept): Promise<"nobody" | "ours" | "another"> {
  const answer = await ask(kept);
  if (answer === undefined) return "nobody";
  return idOf(answer).id === kept.id ? "ours" : "another";
}

function idOf({ headers }: Answer) {
  const [id, start] = headers.get(IDENTITY)?.split(" ") ?? [];
  return { id, start };
}

async function ask(kept: Kept): Promise<Answer | undefined> {
  const signal = AbortSignal.timeout(PATIENCE);
  return askDirectly(`http://${hostOf(kept)}/v2/`, { signal, redirect: "manual" })
    .then(whole)
    .catch(() => undefined);
}

/** Whether something comes to be before time is up or it cannot come any more. */
export async function until(
  isSo: () => Promise<boolean>,
  isHopeless: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const isOver = await isHopeless();
    if (await isSo()) return true;
    if (isOver) return false;
    await sleep(PAUSE, undefined, { signal });
  }
  return false;
}
