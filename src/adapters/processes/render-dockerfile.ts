import { UserError } from "../../errors.ts";
import { runProgram } from "./run-program.ts";

/** Runs programs that write Dockerfiles, in a folder and each command once. One that fails is a `UserError`. */
export function openRenderer(folder: string): (command: readonly string[]) => Promise<Uint8Array> {
  const rendered = new Map<string, Promise<Uint8Array>>();
  return (command) => {
    const key = JSON.stringify(command);
    const running = rendered.get(key) ?? render(folder, command);
    rendered.set(key, running);
    return running;
  };
}

async function render(folder: string, [program = "", ...args]: readonly string[]): Promise<Uint8Array> {
  const { exitCode, stdout, stderr } = await runProgram(program, args, { cwd: folder });
  const command = [program, ...args].join(" ");
  const said = Buffer.from(stderr).toString().trim();
  if (exitCode !== 0)
    throw new UserError(
      `\`${command}\`, which is to write a Dockerfile, failed with code ${exitCode}.\n${said}`,
      {
        remedy: `Run it in ${folder} and mend what it complains of.`,
      },
    );
  if (stdout.length === 0)
    throw new UserError(`\`${command}\`, which is to write a Dockerfile, writes nothing.`, {
      remedy: "It must write the Dockerfile to its standard output.",
    });
  return stdout;
}
