import { UserError } from "../../errors.ts";
import type { BuilderReason } from "../../model/builder.ts";
import { runProgram, type ProgramResult } from "../processes/run-program.ts";
import type { BuildxProgram } from "./buildx-program.ts";

/** A builder of buildx's. */
export interface BuildxBuilder {
  readonly driver: string;
  /** The Docker context whose engine it is (`default` is whatever the environment says); of the driver `docker` only. */
  readonly context?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The first version with `--progress rawjson`. */
const OLDEST = [0, 13] as const;

const INSTALL =
  "Install the plugin: https://github.com/docker/buildx#installing (apt-get install docker-buildx, or docker-buildx-plugin from Docker's packages).";

/** What buildx knows of a builder, or of the one in use. A `UserError` where it or buildx is not there. */
export async function findBuilder(
  { file, before }: BuildxProgram,
  environment: Environment,
  name: string | undefined,
  because: readonly BuilderReason[],
): Promise<BuildxBuilder> {
  const run = (...args: readonly string[]) => runProgram(file, [...before, ...args], { env: environment });
  const [version, inspected] = await Promise.allSettled([
    run("version"),
    run("inspect", ...(name === undefined ? [] : [name])),
  ]);
  checkVersion(version, because);
  if (inspected.status === "rejected") throw inspected.reason;
  const { exitCode, stdout, stderr } = inspected.value;
  const text = toText(stdout);
  const driver = field(text, "Driver");
  if (exitCode !== 0 || driver === undefined) throw noBuilder(name, toText(stderr));
  const endpoint = field(text, "Endpoint");
  return { driver, ...(driver === "docker" && endpoint !== undefined ? { context: endpoint } : {}) };
}

function checkVersion(ran: PromiseSettledResult<ProgramResult>, because: readonly BuilderReason[]): void {
  const needs = `buildx is needed (${because.join(", ")})`;
  if (ran.status === "rejected" || ran.value.exitCode !== 0)
    throw new UserError(`${needs}, and is not there.`, { remedy: INSTALL });
  const [, major, minor] = /\bv?(\d+)\.(\d+)\./.exec(toText(ran.value.stdout)) ?? [];
  if (major === undefined || minor === undefined) return;
  const isOld = Number(major) === OLDEST[0] && Number(minor) < OLDEST[1];
  if (isOld)
    throw new UserError(`${needs}, in version ${OLDEST.join(".")} or later; here is ${major}.${minor}.`, {
      remedy: INSTALL,
    });
}

function noBuilder(name: string | undefined, said: string): UserError {
  const what = name === undefined ? "buildx has no builder that works" : `buildx has no builder ${name}`;
  const why = said.replace(/^ERROR: /, "").trim();
  return new UserError(`${what}${why === "" ? "." : `: ${why}`}`, {
    remedy: "`docker buildx ls` lists them; `docker buildx create --name NAME` makes one.",
  });
}

/** The first of that name: a builder's own stand above its nodes', and the first node's above the others'. */
function field(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]+(\\S+)`, "m").exec(text)?.[1];
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
