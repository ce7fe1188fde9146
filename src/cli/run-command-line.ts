import yargs from "yargs";
import { checkSwitches, COMMANDS } from "./all-flags.ts";
import { COMPLETION_REQUEST } from "./completion-request.ts";
import { declareCommands } from "./declare-commands.ts";
import { VARIABLE_PREFIX } from "./variables.ts";
import type { Terminal } from "./terminal.ts";

/** Runs the command that the command line names. The exit code; whatever is wrong with the line is a `UsageError`. */
export async function runCommandLine(terminal: Terminal): Promise<number> {
  if (terminal.arguments[0] === COMPLETION_REQUEST) return answerShell(terminal);
  checkSwitches(terminal.arguments);
  const words = asHelpFlag(terminal.arguments);
  const empty = yargs([...(await readVariables(terminal)), ...words]);
  return declareCommands(terminal, empty)();
}

/** `help graph` is `graph --help`; other topics are texts. */
function asHelpFlag(words: readonly string[]): readonly string[] {
  const [first, topic, ...more] = words;
  const isCommand = COMMANDS.some((command) => command === topic);
  return first === "help" && topic !== undefined && isCommand && more.length === 0
    ? [topic, "--help"]
    : words;
}

/** What shells ask at the tabulator key is answered by a part that is loaded only then. */
async function answerShell(terminal: Terminal): Promise<number> {
  const { answerCompletion } = await import("./answer-completion.ts");
  return answerCompletion(terminal);
}

/** The flags that the environment sets, in front of the others. Most environments set none. */
async function readVariables(terminal: Terminal): Promise<readonly string[]> {
  const isSet = Object.keys(terminal.environment).some((name) => name.startsWith(VARIABLE_PREFIX));
  if (!isSet || terminal.arguments.some((word) => ["--help", "-h", "--version"].includes(word))) return [];
  const [{ describeCommands }, { flagsOfVariables }] = await Promise.all([
    import("./describe-commands.ts"),
    import("./flags-of-variables.ts"),
  ]);
  const { flags, notes } = flagsOfVariables(
    terminal.environment,
    terminal.arguments,
    describeCommands(terminal),
  );
  for (const note of notes) terminal.stderr.write(`${note}\n`);
  return flags;
}
