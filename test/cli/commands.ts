import { PassThrough } from "node:stream";
import { describeCommands } from "../../src/cli/describe-commands.ts";

/** The commands as they are declared. */
export const COMMANDS = describeCommands({
  arguments: [],
  directory: "/",
  environment: {},
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  interrupt: new AbortController().signal,
});
