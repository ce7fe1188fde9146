import type { Argv, Options, PositionalOptions } from "yargs";
import { declareCommands } from "./declare-commands.ts";
import type { Terminal } from "./terminal.ts";

/** A command as it is declared. */
export interface DescribedCommand {
  /** Empty for a run, which has no name. */
  readonly name: string;
  /** As it is typed, with what stands for its words: `digest <image..>`. */
  readonly usage: string;
  readonly describe: string;
  /** Its flags by their names without dashes, those that every command takes among them. */
  readonly flags: Readonly<Record<string, Options>>;
  /** Its words by what stands for them, in their order. */
  readonly words: ReadonlyMap<string, PositionalOptions>;
  /** Each with what it does; `$0` stands for the program. */
  readonly examples: readonly (readonly [string, string])[];
}

/** All commands, the run first. Others than a shell's, a page's or a variable's readers use the parser itself. */
export function describeCommands(terminal: Terminal): readonly DescribedCommand[] {
  const common: Record<string, Options> = {};
  const commands: DescribedCommand[] = [];
  const parser = createListener({
    options: (flags: Readonly<Record<string, Options>>) => Object.assign(common, flags),
    command: (usage: string, describe: string, declare: (parser: Argv) => unknown) =>
      commands.push(describeCommand(usage, describe, declare)),
  });
  declareCommands(terminal, parser);
  return commands.map((command) => ({ ...command, flags: { ...common, ...command.flags } }));
}

function describeCommand(
  usage: string,
  describe: string,
  declare: (parser: Argv) => unknown,
): DescribedCommand {
  const flags: Record<string, Options> = {};
  const words = new Map<string, PositionalOptions>();
  const examples: (readonly [string, string])[] = [];
  declare(
    createListener({
      options: (more: Readonly<Record<string, Options>>) => Object.assign(flags, more),
      positional: (name: string, options: PositionalOptions) => words.set(name, options),
      example: (...given: readonly [string, string] | readonly [readonly (readonly [string, string])[]]) =>
        examples.push(...(given.length === 1 ? given[0] : [given])),
    }),
  );
  const name = /^[a-z-]+/.exec(usage)?.[0] ?? "";
  return { name, usage, describe, flags, words, examples };
}

/** A parser that passes on what some of its methods are told, and does nothing else. */
function createListener(listeners: Readonly<Record<string, (...told: never[]) => unknown>>): Argv {
  const listener = new Proxy({} as Argv, {
    get:
      (_, method) =>
      (...told: never[]) => {
        listeners[String(method)]?.(...told);
        return listener;
      },
  });
  return listener;
}
