import type { Terminal, TextOutput } from "./terminal.ts";

/** Whether a stream is written to in colour. See https://no-color.org and https://force-color.org. */
export function hasColour(stream: TextOutput, environment: Terminal["environment"]): boolean {
  if (isSet(environment["NO_COLOR"])) return false;
  if (isSet(environment["FORCE_COLOR"])) return !["0", "false"].includes(environment["FORCE_COLOR"] ?? "");
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}

/** An empty variable is none. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
