import { basename, dirname } from "node:path";
import { UserError } from "../../errors.ts";
import type { BakeReader } from "../../ports.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { runProgram } from "../processes/run-program.ts";

/** What the client needs to find its plugins. Others could be variables of the bake file, and a repository's images must not hang on them. */
const KEPT = ["PATH", "HOME", "DOCKER_CONFIG", "SystemRoot", "USERPROFILE"];

/** buildx reads the files that secrets name even where nothing is built. */
const WITHOUT_SECRETS = ["--set", "*.secrets="];

/** Has `docker buildx bake --print` resolve variables, matrices and `inherits`. Nothing is built. */
export function openBakeReader(environment: Environment): BakeReader {
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => KEPT.includes(name)));
  return {
    print: async (file, targets, signal) => {
      const run = async (more: readonly string[]) => {
        const args = ["buildx", "bake", "--file", basename(file), "--print", ...more, ...targets];
        return runProgram("docker", args, { cwd: dirname(file), env, signal });
      };
      try {
        const first = await run([]);
        const result = first.exitCode === 0 ? first : await run(WITHOUT_SECRETS);
        if (result.exitCode === 0) return { printed: JSON.parse(textOf(result.stdout)) as unknown };
        return { why: lastLine(textOf(first.stderr)) };
      } catch (error) {
        if (error instanceof UserError || error instanceof SyntaxError) return { why: error.message };
        throw error;
      }
    },
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

function lastLine(text: string): string {
  const lines = text.trim().split("\n");
  return lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? "";
}
