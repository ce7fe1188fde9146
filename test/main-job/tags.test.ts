import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { manifestOf, runIn } from "./images.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTES = 60_000;
const BOTH = ["linux/amd64", "linux/arm64"];

describe("tags", () => {
  const place = placeForTests("containerd");
  let repository: Repository;

  afterEach(() => repository.remove());

  it(
    "from templates say what was built, and change nothing by changing",
    async () => {
      const prefix = prefixOf(place.registry.host, "templates");
      const tags = ["latest", "{branch}-{sha}", "v{version}", "{version}-{platform}"];
      repository = await makeRepository({
        "images.config.json": JSON.stringify({
          registry: prefix,
          images: { one: { tags }, both: { tags, platforms: BOTH } },
        }),
        "dockerfiles/one.Dockerfile": "FROM busybox:1.36\nLABEL one=1\n",
        "dockerfiles/both.Dockerfile": "FROM busybox:1.36\nLABEL both=1\n",
      });
      const lacking = await place.run(repository, "--image", "one");
      expect(lacking.exitCode).toBe(1);
      expect(lacking.stderr).toContain(
        "The tag v{version} of one cannot be made: no git tag leads to this commit",
      );

      await repository.git("tag", "v1.2.3");
      await repository.git("checkout", "--quiet", "-b", "team/new");
      const sha = (await repository.git("rev-parse", "HEAD")).slice(0, 12);
      const ran = await place.run(repository, "--image", "all", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });
      const { images } = JSON.parse(ran.stdout) as RunResult;
      for (const image of ["one", "both"]) {
        for (const tag of ["latest", `team-new-${sha}`, "v1.2.3"]) {
          const { digest } = await manifestOf(place, `${prefix}/${image}`, tag);
          expect([image, tag, digest]).toEqual([image, tag, images[image]?.digest]);
        }
      }
      const index = await manifestOf(place, `${prefix}/both`, "latest");
      for (const [position, platform] of ["linux-amd64", "linux-arm64"].entries()) {
        const { digest } = await manifestOf(place, `${prefix}/both`, `1.2.3-${platform}`);
        expect(digest).toBe(index.manifests[position]?.digest);
      }
      expect((await manifestOf(place, `${prefix}/one`, "1.2.3-linux-amd64")).digest).toBe(
        images["one"]?.digest,
      );

      await repository.git("tag", "v2");
      expect((await place.run(repository, "--image", "all")).stdout).toContain("Nothing to do");
    },
    4 * MINUTES,
  );

  it(
    "tell images of one repository apart",
    async () => {
      const repositoryName = `${prefixOf(place.registry.host, "shared")}/stack`;
      const of = (tag: string) => ({
        repository: repositoryName,
        tags: [tag],
        dockerfile: "Dockerfile",
        target: tag,
      });
      repository = await makeRepository({
        "images.config.json": JSON.stringify({
          images: {
            dev: of("dev"),
            // Is pushed when the other one has long been built.
            release: { ...of("release"), test: [["sleep", "3"]] },
            "on-dev": { repository: `${repositoryName}-on-dev` },
          },
        }),
        Dockerfile:
          "FROM busybox:1.36 AS release\nRUN echo release >/name\nFROM release AS dev\nRUN echo dev >/name\n",
        "dockerfiles/on-dev.Dockerfile": `FROM ${repositoryName}:dev@${ZERO}\nRUN grep dev /name\n`,
        "uses.txt": `${repositoryName}:dev@${ZERO}\n${repositoryName}:release@${ZERO}\n`,
      });
      const ran = await place.run(repository, "--image", "all", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });
      const { images } = JSON.parse(ran.stdout) as RunResult;
      const uses = (await repository.read("uses.txt")).toString();
      const [dev = "", release = ""] = [images["dev"]?.digest, images["release"]?.digest];
      expect(dev).not.toBe(release);
      expect(uses).toBe(`${repositoryName}:dev@${dev}\n${repositoryName}:release@${release}\n`);
      for (const [tag, digest] of Object.entries({ dev, release })) {
        expect((await manifestOf(place, repositoryName, tag)).digest).toBe(digest);
        const pin = `${repositoryName}@${digest}`;
        await runIn(place, "pull", "--quiet", pin);
        expect(await runIn(place, "run", "--rm", "--network=none", pin, "cat", "/name")).toBe(tag);
      }
      expect((await place.run(repository, "--image", "all")).stdout).toContain("Nothing to do");
    },
    4 * MINUTES,
  );
});
