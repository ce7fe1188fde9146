import { UserError } from "../../errors.ts";
import type { Attention } from "../../ports.ts";
import { isTransient } from "../engine/transient.ts";
import { followProgram } from "../processes/follow-program.ts";
import type { Buildx } from "./build-with-buildx.ts";

/** Makes one index of images of several platforms, in the registry, with `docker buildx imagetools create`. */
export async function joinImages(
  { program, environment, builder }: Pick<Buildx, "program" | "environment" | "builder">,
  name: string,
  pins: readonly string[],
  attention: Attention,
): Promise<void> {
  attention.step(`joining ${pins.length} platforms as ${name}`);
  const by = builder === undefined ? [] : ["--builder", builder];
  const args = [...program.before, "imagetools", "create", ...by, "--tag", name, ...pins];
  const said: string[] = [];
  const onLine = (line: string) => {
    attention.log(line);
    said.push(line);
  };
  const code = await followProgram(program.file, args, {
    env: environment,
    signal: attention.signal,
    onLine,
  });
  if (code === 0) return;
  const message = said.join("\n");
  throw new UserError(`The platforms of ${name} could not be joined: ${message}`, {
    remedy:
      "Run the same command again; if it stays so, see whether `docker buildx imagetools inspect` works.",
    isTransient: isTransient(message),
  });
}
