import type { Argv, InferredOptionTypes } from "yargs";
import { type commonOptions, doctorOptions, initOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Adds the commands that come before the first run; `ran` gets their exit codes. */
export function addFirstCommands(
  parser: Argv<InferredOptionTypes<typeof commonOptions>>,
  terminal: Terminal,
  ran: (exitCode: number) => void,
): void {
  parser
    .command(
      "init",
      "Write images.config.ts from the Dockerfiles and from what compose, bake and workflow files say of them",
      (args) =>
        args.options(initOptions).example([
          ["$0 init", "asks what it cannot tell"],
          ["$0 init --dry-run", "the configuration, and what could not be told"],
        ]),
      async (args) => {
        const { initCommand } = await import("./commands/init.ts");
        ran(await initCommand(terminal, args));
      },
    )
    .command(
      "doctor",
      "Say what is missing: Node, git, engine, buildx, registries, remote, forge's token, disk, clock; 1 where runs would fail",
      (args) =>
        args.options(doctorOptions).example([
          ["$0 doctor", "each with what it means and what to do"],
          ["$0 doctor --format json", "for other tools"],
        ]),
      async (args) => {
        const { doctorCommand } = await import("./commands/doctor.ts");
        ran(await doctorCommand(terminal, args));
      },
    );
}
