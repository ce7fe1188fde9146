import { describe, expect, it } from "@jest/globals";
import { connectEngine } from "../../../src/adapters/engine/connect-engine.ts";
import { openRegistries } from "../../../src/adapters/registries/distribution.ts";
import { LOGIN, startRegistry } from "../../support/registry.ts";
import { docker, engineWorldForTests, listen, requestOf, STORES, withContext } from "./engine-world.ts";

const MINUTE = 60_000;

describe.each(STORES)("an engine with the %s store, and a registry with a login", (store) => {
  const world = engineWorldForTests(store);

  it(
    "pushes with the credentials that the registry has by then, and tells of wrong ones without showing them",
    async () => {
      const registry = await startRegistry({ login: true });
      const name = `${registry.host}/private:latest`;
      let secret = "wrong-but-secret";
      const login = () =>
        Promise.resolve({ kind: "password", username: LOGIN.user, password: secret } as const);
      try {
        await withContext({}, async (folder) => {
          const request = await requestOf(folder, "FROM scratch\nLABEL a=b\n", { names: [name] });
          await world.builder.build(request, listen().attention);
        });
        const builder = await connectEngine({ DOCKER_HOST: world.engine.host }, login);
        const refusal = await builder.push(name, listen().attention).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ name: "UserError", remedy: expect.stringContaining("docker login") });
        expect(String(refusal)).not.toContain("wrong-but-secret");
        // They are asked for anew: those of before a long build may not be good any more.
        secret = LOGIN.password;
        await builder.push(name, listen().attention);
        const digest = await openRegistries(login).resolve({
          name: `${registry.host}/private`,
        });
        expect(digest).toMatch(/^sha256:/);
      } finally {
        await registry.stop();
      }
    },
    MINUTE,
  );

  it(
    "answers a base's registry, and no other, with its credentials",
    async () => {
      const registry = await startRegistry({ login: true });
      const asked: string[] = [];
      const findCredentials = (host: string) => {
        asked.push(host);
        const login = { kind: "password", username: LOGIN.user, password: LOGIN.password } as const;
        return Promise.resolve(host === registry.host ? login : undefined);
      };
      try {
        const builder = await connectEngine({ DOCKER_HOST: world.engine.host }, findCredentials);
        const base = `${registry.host}/base:latest`;
        await withContext({}, async (folder) => {
          const first = await requestOf(folder, "FROM busybox:1.36\nLABEL a=b\n", { names: [base] });
          await builder.build(first, listen().attention);
          await builder.push(base, listen().attention);
          await docker(world.engine, "image", "rm", base);
          const second = await requestOf(folder, `FROM ${base}\nLABEL c=d\n`, {
            names: [`${world.registry.host}/child:latest`],
            pull: true,
          });
          await builder.build(second, listen().attention);
        });
        expect(asked).toContain(registry.host);
      } finally {
        await registry.stop();
      }
    },
    MINUTE,
  );
});
