import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { runIn } from "./images.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTES = 60_000;
/** Nobody answers there. */
const HOME = "registry.example/team";

describe("with --registry", () => {
  const place = placeForTests("containerd");
  let repository: Repository;
  let prefix: string;

  afterEach(() => repository.remove());

  async function run(...args: readonly string[]): Promise<RunResult> {
    const ran = await place.run(repository, ...args, "--registry", prefix, "--format", "json");
    expect(ran).toMatchObject({ exitCode: 0 });
    return JSON.parse(ran.stdout) as RunResult;
  }

  it(
    "images stand on each other there, and references to the configuration's registry stay as they are",
    async () => {
      prefix = prefixOf(place.registry.host, "trial");
      const files = {
        "images.config.json": JSON.stringify({ registry: HOME, images: { base: {}, child: {}, top: {} } }),
        "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo base >/base\n",
        "dockerfiles/child.Dockerfile": `FROM ${HOME}/base:latest@${ZERO}\nRUN cat /base >/child\n`,
        "dockerfiles/top.Dockerfile": `ARG FROM=${HOME}/child\nFROM $FROM\nCOPY --from=${HOME}/base@${ZERO} /base /copied\nRUN cat /child\n`,
        "README.md": `Use ${HOME}/top@${ZERO}.\n`,
        ".dockerignore": "*\n",
      };
      repository = await makeRepository(files);
      const graph = await place.run(repository, "graph", "--format", "json", "--registry", prefix);
      expect(JSON.parse(graph.stdout)).toMatchObject({
        images: { child: { dependencies: ["base"] }, top: { dependencies: ["base", "child"] } },
      });

      const { images, references } = await run("--image", "all");
      expect(Object.values(images).map(({ outcome }) => outcome)).toEqual(["built", "built", "built"]);
      expect(references).toEqual([]);
      for (const [path, text] of Object.entries(files))
        expect([path, (await repository.read(path)).toString()]).toEqual([path, text]);
      const pin = `${prefix}/top@${images["top"]?.digest ?? ""}`;
      const copied = ["run", "--rm", "--network=none", pin, "cat", "/copied", "/child"];
      expect(await runIn(place, ...copied)).toBe("base\nbase");

      expect((await run("--image", "all")).images).toEqual({});
      await repository.write({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo other >/base\n" });
      const again = await run("--image", "base");
      expect(Object.keys(again.images)).toEqual(["base", "child", "top"]);
      const other = `${prefix}/top@${again.images["top"]?.digest ?? ""}`;
      expect(await runIn(place, "run", "--rm", "--network=none", other, "cat", "/copied")).toBe("other");
    },
    4 * MINUTES,
  );
});
