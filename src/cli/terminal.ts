import type { Readable, Writable } from "node:stream";
import type { Ahead } from "../adapters/git/ask-ahead.ts";

/** The process, as far as commands see it. */
export interface Terminal {
  /** What follows the program's name. */
  readonly arguments: readonly string[];
  /** The working directory, absolute. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where answers to questions come from. */
  readonly stdin?: Readable & { readonly isTTY?: boolean };
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** What git was asked already of the working directory. */
  readonly ahead?: Ahead | undefined;
  /** What the program, its words and its environment are known by, if the end of a run may be remembered. */
  readonly beginning?: string | undefined;
  /** Aborted when the user interrupts. */
  readonly interrupt: AbortSignal;
}

/** What a command needs of the process where it shows nothing. */
export interface Outside extends Pick<Terminal, "directory" | "environment"> {
  /** Tells of what is no failure: a sentence without its full stop. */
  readonly note: (text: string) => void;
}

/** The same of a terminal. */
export function outsideOf({ directory, environment, stderr }: Terminal): Outside {
  return { directory, environment, note: (text) => stderr.write(`note: ${text}\n`) };
}

/** A stream for text, which may be a terminal's. */
export type TextOutput = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** How many columns lines may have; `undefined` where they may be as long as they are. */
export function columnsOf({ isTTY, columns = 0 }: TextOutput): number | undefined {
  return isTTY === true && columns > 0 ? columns : undefined;
}
