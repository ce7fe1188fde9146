import type { Plan } from "../model/plan.ts";
import { UserError } from "../errors.ts";
import { printableLines } from "../reporters/printable.ts";
import type { Terminal } from "./terminal.ts";

/** Says on standard error which builders of buildx's a plan counts on and are not there; nothing where all are. */
export async function checkBuilders({ environment, stderr }: Terminal, { decisions }: Plan): Promise<void> {
  const needed = decisions.flatMap(({ action, builder }) =>
    action === "build" && builder?.kind === "buildx" ? builder : [],
  );
  const builders = new Map(needed.map((builder) => [builder.name, builder]));
  if (builders.size === 0) return;
  const [{ buildxProgram }, { findBuilder }] = await Promise.all([
    import("../adapters/buildx/buildx-program.ts"),
    import("../adapters/buildx/find-builder.ts"),
  ]);
  const program = await buildxProgram(environment);
  for (const { name, because } of builders.values())
    try {
      await findBuilder(program, environment, name, because);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const said = [error.message, ...(error.remedy === undefined ? [] : [error.remedy])].join(" ");
      stderr.write(`note: ${printableLines(said).join(" ")}\n`);
    }
}
