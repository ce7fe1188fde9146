import type { EngineFacts } from "../../model/diagnosis.ts";
import { asObject, type Environment } from "../credentials/docker-config.ts";
import { findEngineAddress } from "./engine-address.ts";

/** What the engine that builds would use says of itself. A `UserError` where none answers. */
export async function describeEngine(environment: Environment): Promise<EngineFacts> {
  const address = await findEngineAddress(environment);
  const { openEngine } = await import("./engine.ts");
  const engine = openEngine(address);
  await engine.ping();
  const info = asObject(await engine.ask("/info"), "the engine's answer to /info");
  const isLocal = "socketPath" in address.options;
  const time = Date.parse(textOf(info["SystemTime"]));
  const folder = textOf(info["DockerRootDir"]);
  return {
    address: address.name,
    version: textOf(info["ServerVersion"]),
    os: textOf(info["OSType"]),
    architecture: textOf(info["Architecture"]),
    store: JSON.stringify(info["DriverStatus"] ?? null).includes("io.containerd.snapshotter")
      ? "containerd"
      : textOf(info["Driver"]),
    isRootless: JSON.stringify(info["SecurityOptions"] ?? null).includes("name=rootless"),
    ...(isLocal && folder !== "" ? { folder } : {}),
    ...(Number.isNaN(time) ? {} : { time }),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
