import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTES = 60_000;

/** Counts its runs, and renders a Dockerfile for the image that it is called with. */
const RENDER = [
  "#!/bin/sh",
  'echo "$1" >>"${0%/*}/../.git/runs"',
  'test "$1" != broken || { echo "no template for $1" >&2; exit 3; }',
  'sed "s|@IMAGE@|$1|" "${0%/*}/template"',
].join("\n");

describe("a Dockerfile that a program writes", () => {
  const place = placeForTests();
  let repository: Repository;

  afterEach(() => repository.remove());

  async function make(test: string, images: object) {
    const prefix = prefixOf(place.registry.host, test);
    repository = await makeRepository({
      "images.config.json": JSON.stringify({ registry: prefix, images }),
      "docker/render": { program: RENDER },
      "docker/template": `FROM ${prefix}/base@${ZERO}\nRUN echo @IMAGE@ >/name\n`,
      "dockerfiles/base.Dockerfile": "FROM busybox:1.36\n",
    });
    return prefix;
  }

  it(
    "is run once, built with new digests, and its template is pinned",
    async () => {
      const dockerfile = { command: ["docker/render", "{image}"] };
      const prefix = await make("rendered", { base: {}, app: { dockerfile }, web: { dockerfile } });
      const ran = await place.run(repository, "--image", "all", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });
      const { images, references, notices } = JSON.parse(ran.stdout) as RunResult;
      expect(Object.keys(images)).toEqual(["app", "base", "web"]);
      expect(references.map(({ file }) => file)).toEqual(["docker/template"]);
      expect(notices).toEqual([]);
      expect(await repository.git("show", "HEAD:docker/template")).toContain(
        `FROM ${prefix}/base@${images["base"]?.digest ?? ""}`,
      );
      const runs = async () => (await repository.read(".git/runs")).toString().trim().split("\n");
      expect((await runs()).toSorted()).toEqual(["app", "web"]);
      expect((await place.run(repository, "--image", "all")).stdout).toContain("Nothing to do");
      const check = await place.run(repository, "check", "--format", "json");
      expect(check.stdout).toContain("dockerfiles/base.Dockerfile");
      expect(check.stdout).not.toContain("docker/render");

      await repository.write({ "docker/template": `FROM ${prefix}/base\nRUN echo other-@IMAGE@ >/name\n` });
      const plan = await place.run(repository, "plan", "--image", "base");
      expect(plan.stdout).toMatch(/build app\n +its Dockerfile has changed/);
    },
    4 * MINUTES,
  );

  it(
    "is not run where only another revision's configuration is trusted",
    async () => {
      await make("untrusted", { app: { dockerfile: { command: ["docker/render", "app"] } } });
      const ran = await place.run(repository, "plan", "--image", "app", "--config-from", "HEAD");
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain("With --config-from, docker/render app is not run");
      expect(await repository.git("status", "--porcelain")).toBe("");
      await expect(repository.read(".git/runs")).rejects.toMatchObject({ code: "ENOENT" });
    },
    MINUTES,
  );

  it(
    "is a mistake that is told with what the program said, if it fails",
    async () => {
      await make("broken", { broken: { dockerfile: { command: ["docker/render", "broken"] } } });
      const ran = await place.run(repository, "--image", "broken");
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain(
        "`docker/render broken`, which is to write a Dockerfile, failed with code 3.",
      );
      expect(ran.stderr).toContain("no template for broken");
    },
    MINUTES,
  );
});
