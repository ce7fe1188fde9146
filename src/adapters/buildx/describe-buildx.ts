import { UserError } from "../../errors.ts";
import type { BuildxFacts } from "../../model/diagnosis.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { runProgram } from "../processes/run-program.ts";

/** What `docker buildx` says of itself. A `UserError` where it is not there. */
export async function describeBuildx(environment: Environment): Promise<BuildxFacts> {
  const version = await run(environment, ["buildx", "version"]);
  const list = await run(environment, ["buildx", "ls"]).catch(() => "");
  return {
    version: /\bv?(\d+\.\d+\.\d+)/.exec(version)?.[1] ?? version.trim(),
    builders: buildersIn(list),
  };
}

/** A builder's line is not indented and has name and driver under their headings; its nodes stand below it. */
function buildersIn(list: string): BuildxFacts["builders"] {
  const [header = "", ...lines] = list.split("\n");
  const [driverAt, statusAt] = [header.indexOf("DRIVER"), header.indexOf("STATUS")];
  if (driverAt < 0 || statusAt < 0) return [];
  const starts = lines.flatMap((line, index) => (/^[A-Za-z0-9][^:]*$/.test(line) ? index : []));
  return starts.map((start, index) => {
    const line = lines[start] ?? "";
    const nodes = lines.slice(start, starts[index + 1]).map((each) => each.slice(statusAt));
    const driver = line.slice(driverAt, statusAt).trim();
    return {
      name: line.slice(0, driverAt).trim().replace(/\*$/, ""),
      ...(driver === "" ? {} : { driver }),
      isUsable: !nodes.some((status) => /^error\b/i.test(status)),
    };
  });
}

async function run(environment: Environment, args: readonly string[]): Promise<string> {
  const { exitCode, stdout } = await runProgram("docker", args, { env: environment });
  if (exitCode === 0) return Buffer.from(stdout).toString();
  throw new UserError("docker has no buildx", {
    remedy: "Install it as Docker's plugin: https://github.com/docker/buildx#installing",
  });
}
