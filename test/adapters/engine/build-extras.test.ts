/** What an engine's BuildKit does beyond the engine's own API. */
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { openContextFiles } from "../../../src/adapters/files/context-files.ts";
import type { BuildExtras } from "../../../src/ports.ts";
import { NO_EXTRAS } from "../requests.ts";
import {
  docker,
  EVERYTHING,
  engineWorldForTests,
  listen,
  requestOf,
  STORES,
  withContext,
} from "./engine-world.ts";

const MINUTE = 60_000;

describe.each(STORES)("an engine with the %s store", (store) => {
  const socket = join(tmpdir(), `agent-${process.pid}-${store}`);
  const world = engineWorldForTests(store, { A_TOKEN: "of the environment", SSH_AUTH_SOCK: socket });

  /** Builds in a folder with the files `secret` and `other/kept`, and answers what a command prints in the image. */
  async function run(
    dockerfile: string,
    extras: (folder: string) => Promise<Partial<BuildExtras>> | Partial<BuildExtras>,
    ...command: readonly string[]
  ): Promise<{ readonly printed: string; readonly lines: readonly string[] }> {
    const name = `${world.registry.host}/extras:latest`;
    const heard = listen();
    let printed = "";
    await withContext({ secret: "of a file", "other/kept": "kept", "other/left": "left" }, async (folder) => {
      const request = await requestOf(folder, dockerfile, { names: [name] });
      await world.builder.build(
        { ...request, extras: { ...NO_EXTRAS, ...(await extras(folder)) } },
        heard.attention,
      );
      if (command.length > 0)
        printed = await docker(world.engine, "run", "--rm", "--network", "none", name, ...command);
    });
    return { printed, lines: heard.lines };
  }

  it(
    "gives a step its secrets, and none that it does not know",
    async () => {
      const step = (id: string, more = "") => `--mount=type=secret,id=${id}${more}`;
      const dockerfile = [
        "FROM busybox:1.36",
        `RUN ${step("file")} ${step("variable")} ${step("unknown")} \\`,
        "  { ls /run/secrets; cat /run/secrets/file | tr a-z A-Z; cat /run/secrets/variable | tr a-z A-Z; } >/seen",
        "",
      ].join("\n");
      const secrets = (folder: string) => ({
        secrets: { file: { file: join(folder, "secret") }, variable: { environment: "A_TOKEN" } },
      });
      const { printed } = await run(dockerfile, secrets, "cat", "/seen");
      expect(printed).toBe("file\nvariable\nOF A FILEOF THE ENVIRONMENT");
      const required = dockerfile.replace("id=unknown", "id=unknown,required=true");
      await expect(run(required, secrets)).rejects.toThrow(/The build of sample failed.*unknown: not found/s);
    },
    MINUTE,
  );

  it.each([
    { missing: { file: "/no/such/file" }, says: "is to come from /no/such/file, which cannot be read" },
    { missing: { environment: "NO_TOKEN" }, says: "is to come from NO_TOKEN, which is not set" },
  ])("says that a secret $says", async ({ missing, says }) => {
    const building = run("FROM busybox:1.36\n", () => ({ secrets: { token: missing } }));
    await expect(building).rejects.toThrow(`The secret token of sample ${says}`);
  });

  it(
    "shows a step the user's SSH agent, and none to one that can do without",
    async () => {
      const agent = createServer().listen(socket);
      await once(agent, "listening");
      try {
        const dockerfile = [
          "FROM busybox:1.36",
          'RUN --mount=type=ssh [ -S "$SSH_AUTH_SOCK" ]',
          'RUN --mount=type=ssh,id=other [ ! -S "$SSH_AUTH_SOCK" ]',
          "",
        ].join("\n");
        await run(dockerfile, () => ({ ssh: ["default"] }));
        const without = dockerfile.replace("[ -S", "[ ! -S");
        await run(without, () => ({}));
        const required = "FROM busybox:1.36\nRUN --mount=type=ssh,required=true true\n";
        await expect(run(required, () => ({}))).rejects.toThrow(/The build of sample failed.*SSH|ssh/s);
      } finally {
        agent.close();
      }
    },
    MINUTE,
  );

  it(
    "has named contexts: the files of a directory that are to be there, and images",
    async () => {
      const dockerfile = [
        "FROM other AS files",
        "FROM image",
        "COPY --from=files / /files/",
        "COPY --from=other kept /again",
        "",
      ].join("\n");
      const contexts = async (folder: string) => ({
        contexts: {
          other: {
            directory: join(folder, "other"),
            entries: (await openContextFiles(folder).list("other", EVERYTHING)).filter(
              ({ path }) => path === "kept",
            ),
          },
          image: { url: "docker-image://busybox:1.36" },
        },
      });
      const { printed } = await run(dockerfile, contexts, "sh", "-c", "ls /files && cat /again");
      expect(printed).toBe("kept\nkept");
    },
    MINUTE,
  );

  it(
    "takes a cache from a registry that an image has left there",
    async () => {
      const dockerfile = "FROM busybox:1.36\nRUN cat /proc/sys/kernel/random/uuid >/id\n";
      const reference = `${world.registry.host}/extras:latest`;
      const first = await run(dockerfile, () => ({ cacheTo: ["type=inline"] }), "cat", "/id");
      await world.builder.push(reference, listen().attention);
      await docker(world.engine, "builder", "prune", "--all", "--force");
      await world.builder.untag(reference);
      const cacheFrom = [`type=registry,ref=${reference}`];
      const second = await run(dockerfile, () => ({ cacheFrom, cacheTo: ["type=inline"] }), "cat", "/id");
      expect(second.printed).toBe(first.printed);
    },
    MINUTE,
  );
});
