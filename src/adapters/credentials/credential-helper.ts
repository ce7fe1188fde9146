import { UserError } from "../../errors.ts";
import type { Environment } from "./docker-config.ts";
import type { Credentials } from "./credentials.ts";

/**
 * Asks `docker-credential-NAME get` for a server's credentials; `undefined` if it has none
 * (https://github.com/docker/docker-credential-helpers). Its output is never shown: it may hold the secret.
 */
export async function askCredentialHelper(
  helper: string,
  server: string,
  environment: Environment,
  signal?: AbortSignal,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  const { exitCode, stdout } = await runHelper(program, server, environment, signal);
  const output = Buffer.from(stdout).toString("utf8");
  if (exitCode === 0) return parseAnswer(output, program, server);
  if (/credentials not found/i.test(output)) return undefined;
  throw helperFailed(program, server, `it ended with code ${exitCode}`);
}

async function runHelper(program: string, server: string, environment: Environment, signal?: AbortSignal) {
  // Loaded only by those who have a helper.
  const { runProgram } = await import("../processes/run-program.ts");
  try {
    const options = { input: server, env: environment, ...(signal === undefined ? {} : { signal }) };
    return await runProgram(program, ["get"], options);
  } catch (error) {
    signal?.throwIfAborted();
    throw helperFailed(program, server, "it could not be started", error);
  }
}

function parseAnswer(output: string, program: string, server: string): Credentials | undefined {
  const { Username: username, Secret: secret } = parseJson(output);
  if (typeof username !== "string" || typeof secret !== "string") {
    throw helperFailed(program, server, "its answer is not the JSON that was expected");
  }
  if (username === "<token>") return { kind: "identity", token: secret };
  return username === "" ? undefined : { kind: "password", username, password: secret };
}

function parseJson(text: string): { readonly Username?: unknown; readonly Secret?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function helperFailed(program: string, server: string, why: string, cause?: unknown): UserError {
  return new UserError(`The credential helper ${program} gave no credentials for ${server}: ${why}.`, {
    remedy: `Try it by hand: echo ${server} | ${program} get`,
    cause,
  });
}
