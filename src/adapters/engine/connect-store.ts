import { formatReference } from "../../model/reference.ts";
import type { ImageStore } from "../../ports.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { findEngineAddress } from "./engine-address.ts";
import { openEngine } from "./engine.ts";
import { pullImage } from "./pull-image.ts";

/** Where the engine that the environment names keeps images. A `UserError` where no engine answers. */
export async function connectStore(
  environment: Environment,
  findCredentials: FindCredentials,
): Promise<ImageStore> {
  const engine = openEngine(await findEngineAddress(environment));
  await engine.ping();
  return {
    pull: (pin, platform, attention) => pullImage(engine, findCredentials, pin, platform, attention),
    tag: (pin, name) => engine.tag(formatReference(pin), name),
  };
}
