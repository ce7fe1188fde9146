import type { Plan } from "../model/plan.ts";
import type { Outcome, Phase, RunEvent } from "../model/run.ts";
import { countOf } from "./amounts.ts";

/** An image that is being worked at. */
export interface Running {
  readonly phase: Phase;
  /** The builder's step, as it says it. */
  readonly step?: string;
  /** When it was started, in the clock's seconds. */
  readonly since: number;
}

/** What is to be seen of a run at a moment. */
export interface Display {
  readonly stage: "planning" | "working" | "interrupted" | "rewriting" | "done";
  readonly waiting: ReadonlySet<string>;
  /** In the order in which they were started. */
  readonly running: ReadonlyMap<string, Running>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** What is to be seen before anything has happened. */
export const EMPTY_DISPLAY: Display = {
  stage: "planning",
  waiting: new Set(),
  running: new Map(),
  outcomes: new Map(),
};

/** The display after an event that happened at `now` (the clock's seconds). Pure. */
export function nextDisplay(display: Display, event: RunEvent, now: number): Display {
  switch (event.kind) {
    case "planned":
      return { ...display, stage: "working", waiting: imagesToMake(event.plan) };
    case "place":
      return display;
    case "phase":
      return enterPhase(display, event.image, event.phase, now);
    case "step":
      return takeStep(display, event.image, event.text);
    case "finished":
      return finish(display, event.image, event.result.outcome);
    case "pulled":
      return leave(display, event.pulled.image);
    case "interrupted":
      return { ...display, stage: "interrupted" };
    case "rewriting":
      return { ...display, stage: "rewriting" };
    case "done":
      return { ...display, stage: "done" };
  }
}

function imagesToMake(plan: Plan): ReadonlySet<string> {
  return new Set(plan.decisions.filter(({ action }) => action !== "up-to-date").map(({ image }) => image));
}

/** The step goes with the phase that it was part of. */
function enterPhase(display: Display, image: string, phase: Phase, now: number): Display {
  const since = display.running.get(image)?.since ?? now;
  return {
    ...display,
    stage: display.stage === "planning" ? "working" : display.stage,
    waiting: without(display.waiting, image),
    running: new Map(display.running).set(image, { phase, since }),
  };
}

function takeStep(display: Display, image: string, step: string): Display {
  const running = display.running.get(image);
  if (running === undefined) return display;
  return { ...display, running: new Map(display.running).set(image, { ...running, step }) };
}

function finish(display: Display, image: string, outcome: Outcome): Display {
  return { ...leave(display, image), outcomes: new Map(display.outcomes).set(image, outcome) };
}

function leave(display: Display, image: string): Display {
  return {
    ...display,
    waiting: without(display.waiting, image),
    running: new Map([...display.running].filter(([name]) => name !== image)),
  };
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((each) => each !== name));
}

/** Says what the program still waits for after the user's interrupt. */
export function interruptedLine({ running }: Display): string {
  if (running.size === 0) return "interrupted";
  const isPulling = [...running.values()].some(({ phase }) => phase === "pulling");
  return `interrupted: ending ${countOf(running.size, isPulling ? "pull" : "build")}…`;
}
