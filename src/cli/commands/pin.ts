import { planPins } from "../../operations/pin-references.ts";
import { matcherOf } from "../compile-globs.ts";
import { editCommand, type EditFlags } from "../edit-command.ts";
import type { Terminal } from "../terminal.ts";
import { openWorld } from "../world.ts";

/** `manage-images pin`: adds digests to references that have none. */
export async function pinCommand(terminal: Terminal, flags: EditFlags): Promise<number> {
  const isIncluded = matcherOf("--include", flags.include ?? []);
  return editCommand(terminal, flags, "pin", async (project, surveyed) => {
    const world = openWorld(terminal, project, flags, () => undefined);
    return planPins(
      world,
      await project.contents(),
      project.configured,
      surveyed,
      { isIncluded },
      terminal.interrupt,
    );
  });
}
