import type { Builder } from "../../ports.ts";
import type { Environment } from "../credentials/docker-config.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import { contentOf } from "./content-of.ts";
import { findEngineAddress } from "./engine-address.ts";

/**
 * The builder of the Docker engine that the environment names (as the `docker` command finds it), whichever image store it
 * has. Where no engine answers, a `UserError`.
 */
export async function connectEngine(
  environment: Environment,
  findCredentials: FindCredentials,
): Promise<Builder> {
  const address = await findEngineAddress(environment);
  // Loaded only when there is something to build: they take a tenth of a second.
  const [{ openEngine }, { buildImage }, { pushImage }, { runTest }] = await Promise.all([
    import("./engine.ts"),
    import("./build-image.ts"),
    import("./push-image.ts"),
    import("./run-test.ts"),
  ]);
  const engine = openEngine(address);
  await engine.ping();
  return {
    engine: engine.address,
    build: async (request, attention) => {
      await buildImage({ engine, findCredentials, environment }, request, attention);
      return undefined;
    },
    push: (name, attention) => pushImage(engine, findCredentials, name, attention),
    test: (name, platform, test, attention) => runTest(engine, name, platform, test, attention),
    tag: (name, other) => engine.tag(name, other),
    describe: async (name) => contentOf(await engine.inspect(name)),
    join: () => Promise.reject(new Error("the engine's API makes no index")),
    untag: (name) => engine.untag(name),
  };
}
