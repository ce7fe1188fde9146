import { Writable } from "node:stream";
import { parseDigest, type Digest } from "../../src/model/digest.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { ImageResult } from "../../src/model/run.ts";
import type { Output } from "../../src/reporters/reporter.ts";

/** A digest of 64 times the same hexadecimal digit. */
export function digestOf(digit: string): Digest {
  const digest = parseDigest(`sha256:${digit.repeat(64)}`);
  if (digest === undefined) throw new Error(`not a hexadecimal digit: ${digit}`);
  return digest;
}

/** A plan that builds the images, for the reason that they were asked for. */
export function planOf(...images: readonly string[]): Plan {
  return {
    decisions: images.map((image) => ({ image, action: "build", reasons: [{ why: "forced" }] })),
    leftStale: [],
  };
}

/** A result; by default of an image that was built for the first time in 4.2 seconds. */
export function resultOf(parts: Partial<ImageResult> = {}): ImageResult {
  return { outcome: "built", seconds: 4.2, pushed: parts.digest !== undefined, ...parts };
}

/** A stream that keeps what is written to it. */
export class MemoryStream extends Writable {
  columns = 80;
  rows = 24;
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

interface Timer {
  readonly seconds: number;
  readonly action: () => void;
  readonly start: number;
  calls: number;
}

/** Time that passes only when it is told to. */
export class ManualTime {
  readonly #timers = new Set<Timer>();
  #now = 0;

  readonly now = (): number => this.#now;

  readonly every = (seconds: number, action: () => void): (() => void) => {
    const timer = { seconds, action, start: this.#now, calls: 0 };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** How many timers have not been stopped. */
  get running(): number {
    return this.#timers.size;
  }

  pass(seconds: number): void {
    const end = this.#now + seconds;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#now = dueTime(timer);
      timer.calls += 1;
      timer.action();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers]
      .filter((timer) => dueTime(timer) <= end)
      .toSorted((a, b) => dueTime(a) - dueTime(b))[0];
  }
}

function dueTime({ start, seconds, calls }: Timer): number {
  return start + seconds * (calls + 1);
}

/** What a reporter is given, without colours. */
export function outputTo(stream: MemoryStream, time: ManualTime, colour = false): Output {
  return { stream, colour, clock: time, every: time.every };
}
