import { afterEach, describe, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { commitAll, makeRepository, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf, twoImages } from "./sample.ts";

const MINUTE = 60_000;
const place = placeForTests();
let repository: Repository;
afterEach(() => repository.remove());

/** `right` on `base`, with what the configuration says of commits. */
async function given(test: string, commit: object): Promise<string> {
  const prefix = prefixOf(place.registry.host, `commits-${test}`);
  const images = { base: {}, right: {} };
  repository = await makeRepository({
    ...twoImages(prefix),
    "images.config.json": JSON.stringify({ registry: prefix, images, commit }),
  });
  return prefix;
}

async function digests(): Promise<Readonly<Record<string, string>>> {
  const { images } = JSON.parse((await repository.read("images.lock.json")).toString()) as {
    images: Record<string, { digest: string }>;
  };
  return Object.fromEntries(Object.entries(images).map(([name, { digest }]) => [name, digest]));
}

describe("the commit of a run", () => {
  it(
    "has the configured message, lists each image's old and new digest, has trailers, and is signed off",
    async () => {
      const trailers = {
        "Reviewed-by": ["Grace <grace@example.com>", "Edith <edith@example.com>"],
        Bug: "42",
      };
      await given("message", { message: "chore(images): update {images}", trailers, signoff: true });
      const ran = await place.run(repository, "--image", "all", "--author", "Bot <bot@example.com>");
      expect(ran).toMatchObject({ exitCode: 0 });
      const { base, right } = await digests();
      expect(await repository.git("log", "-1", "--format=%an <%ae>, %cn <%ce>%n%B")).toBe(
        [
          "Bot <bot@example.com>, Ada <ada@example.com>",
          "chore(images): update base, right",
          "",
          `- base: (none) -> ${base ?? ""}`,
          `- right: (none) -> ${right ?? ""}`,
          "",
          "Reviewed-by: Grace <grace@example.com>",
          "Reviewed-by: Edith <edith@example.com>",
          "Bug: 42",
          "Signed-off-by: Ada <ada@example.com>",
          "",
        ].join("\n"),
      );
    },
    MINUTE,
  );

  it(
    "is one for each image where that is configured, dependencies first, and leaves the user's edits alone",
    async () => {
      const prefix = await given("each", { perImage: true, message: "{images}: new digest" });
      await repository.write({
        "docs/images.md": `Use \`${prefix}/right@sha256:${"0".repeat(64)}\`.\nmine\n`,
      });
      const ran = await place.run(repository, "--image", "all", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(await repository.git("log", "--format=%s", "--reverse")).toBe(
        "Files\nbase: new digest\nright: new digest",
      );
      const filesOf = (commit: string) => repository.git("show", "--format=", "--name-only", commit);
      expect(await filesOf("HEAD~1")).toBe("dockerfiles/right.Dockerfile\nimages.lock.json");
      expect(await filesOf("HEAD")).toBe("docs/images.md\nimages.lock.json");
      expect((JSON.parse(ran.stdout) as { commit: string }).commit).toBe(
        await repository.git("rev-parse", "HEAD"),
      );
      const { base } = await digests();
      const lock = JSON.parse(await repository.git("show", "HEAD~1:images.lock.json")) as { images: object };
      expect(lock.images).toEqual({ base: expect.objectContaining({ digest: base }) as object });
      expect(await repository.git("diff", "--unified=0")).toMatch(/\n\+mine$/);
      expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
      expect(await repository.git("rev-list", "--count", "HEAD")).toBe("3");
    },
    MINUTE,
  );

  it(
    "needs somebody who commits, which is said before anything is built; --author is enough",
    async () => {
      const prefix = await given("nobody", {});
      await repository.git("config", "--unset", "user.name");
      await repository.git("config", "--unset", "user.email");
      await repository.git("config", "user.useConfigOnly", "true");
      const nobody = {
        ...Object.fromEntries(
          ["AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"].map((key) => [
            `GIT_${key}`,
            "",
          ]),
        ),
      };
      const run = (...args: readonly string[]) =>
        manageImages(repository.folder, ["--image", "all", ...args], { ...place.environment, ...nobody });
      const before = await repository.snapshot();
      const refused = await run();
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/git does not know who commits[^]*--author/);
      expect(refused.stderr).not.toMatch(/building/);
      expect(await repository.snapshot()).toBe(before);
      expect((await fetch(`http://${prefix.replace("/", "/v2/")}/base/tags/list`)).status).toBe(404);
      expect(await run("--author", "Bot <bot@example.com>")).toMatchObject({ exitCode: 0 });
      expect(await repository.git("log", "-1", "--format=%an <%ae>, %cn <%ce>")).toBe(
        "Bot <bot@example.com>, Bot <bot@example.com>",
      );
    },
    MINUTE,
  );

  it("takes no author without an address", async () => {
    await given("author", {});
    const { exitCode, stderr } = await place.run(repository, "--image", "all", "--author", "Bot");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--author "Bot" is no name with an address; write it like /);
  });
});

describe("the commit of pin", () => {
  it("has message, trailers and author, too", async () => {
    const prefix = await given("pin", { message: "build: pin {images}", trailers: { Bug: "7" } });
    await repository.write({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\n" });
    await commitAll(repository);
    const image = `${place.registry.host}/library/busybox:1.36`;
    await repository.write({
      "dockerfiles/base.Dockerfile": `FROM ${image}\n`,
      "dockerfiles/right.Dockerfile": "FROM scratch\n",
    });
    await commitAll(repository);
    expect(await place.run(repository, "pin", "--author", "Bot <b@x>")).toMatchObject({ exitCode: 0 });
    const message = await repository.git("log", "-1", "--format=%an%n%B");
    expect(message).toMatch(
      /^Bot\nbuild: pin .*busybox:1\.36\n\n- .*busybox:1\.36: \(none\) -> sha256:\w{64}\n\nBug: 7\n$/,
    );
    expect(prefix).not.toBe("");
  });
});
