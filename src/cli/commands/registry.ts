import { resolve } from "node:path";
import {
  findLocalRegistry,
  stopLocalRegistry,
  type LocalRegistryState,
} from "../../adapters/local-registry/local-registry.ts";
import { startLocalRegistry } from "../start-local-registry.ts";
import type { Terminal } from "../terminal.ts";

/** The flags of `manage-images registry`. */
export interface LocalRegistryFlags {
  readonly registryImage?: string | undefined;
  readonly delete: boolean;
  readonly format: "text" | "json";
}

/** `manage-images registry start|status|stop`: the registry that `--registry local` is. Returns the exit code. */
export async function registryCommand(
  terminal: Terminal,
  action: "start" | "status" | "stop",
  flags: LocalRegistryFlags,
): Promise<number> {
  const { environment, interrupt, stdout } = terminal;
  const say = (text: string, facts: object) =>
    stdout.write(flags.format === "json" ? `${JSON.stringify(facts, undefined, 2)}\n` : `${text}\n`);
  switch (action) {
    case "start": {
      const host = await startLocalRegistry(terminal, flags.registryImage);
      say(host, { host, running: true });
      return 0;
    }
    case "status": {
      const found = await findLocalRegistry(environment);
      if (found === undefined) say("There is none.", { running: false });
      else {
        const { host, isRunning } = found;
        const how = isRunning ? "running" : "stopped";
        say(`${host} ${how}, in ${placeOf(found)}`, { host, running: isRunning, ...factsOf(found) });
      }
      return 0;
    }
    case "stop": {
      const forget = flags.delete;
      const stopped = await stopLocalRegistry(environment, { forget }, interrupt);
      const rest = forget
        ? "deleted with all that it had."
        : `stopped; what it has stays in ${stopped === undefined ? "" : placeOf(stopped)}`;
      say(stopped === undefined ? "There is none." : `${stopped.host} ${rest}`, {
        ...(stopped === undefined ? {} : { host: stopped.host, ...factsOf(stopped) }),
        running: false,
        deleted: forget && stopped !== undefined,
      });
      return 0;
    }
  }
}

function placeOf({ folder, volume }: LocalRegistryState): string {
  return volume === undefined ? resolve(folder) : `the engine's volume ${volume}`;
}

function factsOf({ folder, volume }: LocalRegistryState): object {
  return { folder, ...(volume === undefined ? {} : { volume }) };
}
