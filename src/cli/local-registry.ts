import type { Argv } from "yargs";
import type { Terminal } from "./terminal.ts";
import { variableOf } from "./variables.ts";

const ACTIONS = ["start", "status", "stop"] as const;

/** Adds `manage-images registry`, which `ran` gets the exit code of. */
export function addRegistryCommand<Flags>(
  parser: Argv<Flags>,
  terminal: Terminal,
  ran: (exitCode: number) => void,
): Argv<Flags> {
  return parser.command(
    "registry <action>",
    "Start and stop a registry on this machine, for trying things; or say where it is",
    (args) =>
      args
        .positional("action", { choices: ACTIONS, demandOption: true, describe: "What is done" })
        .options(localRegistryOptions)
        .example([
          ["$0 registry start", "prints its 127.0.0.1:PORT, which it keeps"],
          ["$0 registry stop --delete", "with all that was pushed to it"],
        ]),
    async (args) => {
      const { registryCommand } = await import("./commands/registry.ts");
      ran(await registryCommand(terminal, args.action, args));
    },
  );
}

/** The flags of `registry`. */
export const localRegistryOptions = {
  "registry-image": {
    type: "string",
    requiresArg: true,
    describe: "With start: run it in a container, from this image of CNCF Distribution",
    defaultDescription: "registry:3, where docker-registry is not installed",
  },
  delete: { type: "boolean", default: false, describe: "With stop: delete what was pushed to it, too" },
  format: { choices: ["text", "json"], default: "text", describe: "How the result is written" },
} as const;

/** Puts the address of the local registry, which is started if need be, in the place of `--registry local`. */
export async function resolveLocalRegistry(
  terminal: Terminal,
  args: { registry?: string | undefined },
): Promise<void> {
  if (args.registry !== "local") return;
  const { startLocalRegistry } = await import("./start-local-registry.ts");
  args.registry = await startLocalRegistry(terminal, terminal.environment[variableOf("registry-image")]);
}
