import type { Attention } from "../../ports.ts";
import { OutputLines } from "../processes/output-lines.ts";
import type { StatusResponse, Timestamp, Vertex } from "./messages.ts";

type Listener = Pick<Attention, "log" | "step">;

/** Writes BuildKit's reports as the lines that `docker build --progress plain` shows: `#5 [2/3] RUN make`, `#5 0.123 ok`. */
export class PlainLog {
  readonly #listener: Listener;
  readonly #steps = new Map<string, Step>();
  /** The name of the step that failed, if one did. */
  failedStep: string | undefined;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Writes what is new in a report. */
  take({ vertexes, statuses, logs, warnings }: StatusResponse): void {
    for (const vertex of vertexes) this.#begin(vertex);
    for (const { vertex, timestamp, msg } of logs) this.#steps.get(vertex)?.output(msg, timestamp);
    for (const { vertex, ID, completed } of statuses) {
      if (completed !== null) this.#steps.get(vertex)?.finishPart(ID);
    }
    for (const { vertex, short } of warnings) this.#steps.get(vertex)?.warn(short);
    for (const vertex of vertexes) this.#end(vertex);
  }

  #begin({ digest, name, started }: Vertex): void {
    if (started === null || this.#steps.has(digest)) return;
    const prefix = `#${this.#steps.size + 1}`;
    this.#steps.set(
      digest,
      new Step((line) => {
        this.#listener.log(`${prefix} ${line}`);
      }, inSeconds(started)),
    );
    this.#listener.log(`${prefix} ${name}`);
    this.#listener.step(name);
  }

  #end(vertex: Vertex): void {
    if (isFailure(vertex)) this.failedStep ??= vertex.name;
    if (vertex.completed !== null) this.#steps.get(vertex.digest)?.end(vertex, inSeconds(vertex.completed));
  }
}

/** What is being written about one step. */
class Step {
  readonly #write: (line: string) => void;
  readonly #started: number;
  readonly #parts = new Set<string>();
  readonly #output = new OutputLines((line) => {
    this.#write(`${this.#outputTime.toFixed(3)} ${line}`);
  });
  /** When the last of the output came. */
  #outputTime = 0;
  #ended = false;

  constructor(write: (line: string) => void, started: number) {
    this.#write = write;
    this.#started = started;
  }

  output(bytes: Uint8Array, timestamp: Timestamp | null): void {
    this.#outputTime = Math.max(0, inSeconds(timestamp) - this.#started);
    this.#output.take(bytes);
  }

  finishPart(name: string): void {
    if (this.#parts.has(name)) return;
    this.#parts.add(name);
    this.#write(`${name} done`);
  }

  warn(text: Uint8Array): void {
    this.#write(`WARNING: ${new TextDecoder().decode(text)}`);
  }

  /** BuildKit may report the end of a step several times; an error only with the last. */
  end(vertex: Vertex, completed: number): void {
    this.#output.end();
    if (this.#ended && vertex.error === "") return;
    this.#ended = true;
    this.#write(describeEnd(vertex, completed - this.#started));
  }
}

function describeEnd(vertex: Vertex, seconds: number): string {
  if (isFailure(vertex)) return `ERROR: ${vertex.error}`;
  if (vertex.error !== "") return "CANCELED";
  return vertex.cached ? "CACHED" : `DONE ${Math.max(0, seconds).toFixed(1)}s`;
}

/** Steps that are ended because another one failed report an error too. */
function isFailure({ error }: Vertex): boolean {
  return error !== "" && !error.endsWith("context canceled");
}

function inSeconds(timestamp: Timestamp | null): number {
  return timestamp === null ? 0 : timestamp.seconds + timestamp.nanos / 1e9;
}
