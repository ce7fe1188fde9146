import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { manageImages } from "../support/manage-images.ts";
import { makeRepository, type Content, type Repository } from "../support/repository.ts";
import { labelsOf, manifestOf, runIn } from "./images.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTES = 60_000;
const BASE_NAME = "org.opencontainers.image.base.name";
const BOTH = ["linux/amd64", "linux/arm64"];

describe("what the engine's API lacks is built with buildx", () => {
  const place = placeForTests("containerd");
  let repository: Repository;

  afterEach(() => repository.remove());

  async function make(test: string, images: object, files: (prefix: string) => Record<string, Content>) {
    const prefix = prefixOf(place.registry.host, test);
    repository = await makeRepository({
      "images.config.json": JSON.stringify({ registry: prefix, images }),
      ...files(prefix),
    });
    return prefix;
  }

  async function build(...args: readonly string[]): Promise<RunResult> {
    const ran = await place.run(repository, ...args, "--format", "json");
    expect(ran).toMatchObject({ exitCode: 0 });
    return JSON.parse(ran.stdout) as RunResult;
  }

  it(
    "several platforms become one index, which children of both builders stand on",
    async () => {
      const prefix = await make(
        "platforms",
        { base: { platforms: BOTH }, index: { platforms: BOTH }, single: {} },
        (at) => ({
          "dockerfiles/base.Dockerfile":
            "FROM busybox:1.36\nARG TARGETARCH\nLABEL arch=$TARGETARCH\nCOPY file /\n",
          "dockerfiles/index.Dockerfile": `FROM ${at}/base@${ZERO}\nCOPY other /\n`,
          "dockerfiles/single.Dockerfile": `FROM ${at}/base@${ZERO}\nRUN cat /file\n`,
          file: "file",
          other: "other",
        }),
      );
      const { images } = await build("--image", "all");
      const digest = images["base"]?.digest ?? "";
      const base = await manifestOf(place, `${prefix}/base`, digest);
      expect(base.platforms).toEqual(BOTH);
      expect(await manifestOf(place, `${prefix}/base`, "latest")).toEqual(base);
      expect((await manifestOf(place, `${prefix}/index`, images["index"]?.digest ?? "")).platforms).toEqual(
        BOTH,
      );
      expect(await repository.git("show", "HEAD:dockerfiles/single.Dockerfile")).toContain(digest);
      const label = await runIn(
        place,
        "inspect",
        `${prefix}/single:latest`,
        "--format",
        "{{.Config.Labels.arch}}",
      );
      expect(label).toBe("amd64");

      expect((await build("--image", "all")).images).toEqual({});
    },
    4 * MINUTES,
  );

  it(
    "arguments of single platforms, and dependencies that differ by platform, are built apart and joined",
    async () => {
      const platformArgs = {
        "linux/amd64": { FLAGS: "sm_90" },
        "linux/arm64": { FLAGS: "sm_100", ON: "image:base-arm64" },
      };
      const prefix = await make(
        "apart",
        {
          "base-amd64": { platforms: ["linux/amd64"] },
          "base-arm64": { platforms: ["linux/arm64"] },
          flags: { platforms: BOTH, args: { ON: "image:base-amd64" }, platformArgs },
          varying: { platforms: BOTH },
          child: { platforms: BOTH },
        },
        (at) => ({
          "dockerfiles/base-amd64.Dockerfile": "FROM busybox:1.36\nLABEL base=amd64\n",
          "dockerfiles/base-arm64.Dockerfile": "FROM busybox:1.36\nLABEL base=arm64\n",
          "dockerfiles/flags.Dockerfile": "ARG ON\nFROM $ON\nARG FLAGS\nLABEL flags=$FLAGS\n",
          "dockerfiles/varying.Dockerfile": `ARG TARGETARCH\nFROM ${at}/base-$TARGETARCH\nLABEL varying=1\n`,
          "dockerfiles/child.Dockerfile": `FROM ${at}/flags@${ZERO}\nLABEL child=1\n`,
        }),
      );
      const { images } = await build("--image", "all");
      for (const image of ["flags", "varying", "child"]) {
        const { platforms, digest } = await manifestOf(place, `${prefix}/${image}`, "latest");
        expect([image, platforms, digest]).toEqual([image, BOTH, images[image]?.digest]);
      }
      const labels = async (image: string) => [
        await labelsOf(place, `${prefix}/${image}`, "linux/amd64"),
        await labelsOf(place, `${prefix}/${image}`, "linux/arm64"),
      ];
      expect(await labels("varying")).toMatchObject([
        { base: "amd64", varying: "1", [BASE_NAME]: `${prefix}/base-amd64` },
        { base: "arm64", varying: "1", [BASE_NAME]: `${prefix}/base-arm64` },
      ]);
      expect(await labels("child")).toMatchObject([
        { base: "amd64", flags: "sm_90", child: "1" },
        { base: "arm64", flags: "sm_100", child: "1" },
      ]);
      expect((await build("--image", "all")).images).toEqual({});

      await repository.write({
        "dockerfiles/base-arm64.Dockerfile": "FROM busybox:1.36\nLABEL base=other\n",
      });
      const again = await build("--image", "base-arm64");
      expect(Object.keys(again.images)).toEqual(["base-arm64", "child", "flags", "varying"]);
      expect(await labels("varying")).toMatchObject([
        { base: "amd64", varying: "1" },
        { base: "other", varying: "1" },
      ]);
    },
    4 * MINUTES,
  );

  it(
    "named contexts: a directory without what is ignored, an image, and one that may be missing",
    async () => {
      const contexts = (at: string) => ({
        lib: ".",
        runtime: "image:base",
        seed: { image: `docker-image://${at}/seed:1`, optional: true },
      });
      const at = prefixOf(place.registry.host, "contexts");
      const prefix = await make(
        "contexts",
        { base: {}, app: { context: "app", contexts: contexts(at) } },
        () => ({
          "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo base >/base\n",
          "dockerfiles/app.Dockerfile": [
            "FROM scratch AS seed",
            "FROM runtime",
            "COPY --from=lib . /lib",
            "COPY --from=seed . /seed",
            "RUN cat /base && cat /lib/kept && ls -A /lib /seed >/listed",
          ].join("\n"),
          ".dockerignore": "ignored\n",
          kept: "1",
          ignored: "1",
          "app/x": "",
        }),
      );
      await build("--image", "all");
      const listed = await runIn(
        place,
        "run",
        "--rm",
        "--network=none",
        `${prefix}/app:latest`,
        "cat",
        "/listed",
      );
      expect(listed.split("\n")).toEqual(expect.arrayContaining(["kept", "images.config.json"]));
      expect(listed).not.toMatch(/^(?:ignored|\.git|images\.lock\.json|seed)$/m);

      expect((await build("--image", "all")).images).toEqual({});
      await repository.write({ ignored: "2" });
      expect((await build("--image", "all")).images).toEqual({});
      await repository.write({ kept: "2" });
      expect(Object.keys((await build("--image", "all")).images)).toEqual(["app"]);
      await repository.write({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo other >/base\n" });
      expect(Object.keys((await build("--image", "base")).images)).toEqual(["app", "base"]);
    },
    4 * MINUTES,
  );

  it(
    "a secret's id is an input and its value is nowhere",
    async () => {
      const value = "hunter2-in-no-layer";
      const secrets = { token: { env: "BUILD_TOKEN" } };
      const prefix = await make("secret", { app: { secrets } }, () => ({
        "dockerfiles/app.Dockerfile":
          "FROM busybox:1.36\nRUN --mount=type=secret,id=token wc -c </run/secrets/token >/length\n",
      }));
      const without = await place.run(repository, "--image", "app");
      expect(without.exitCode).toBe(1);
      expect(without.stderr + without.stdout).toContain(
        "The secret token of app is to come from BUILD_TOKEN, which is not set.",
      );

      const environment = { ...place.environment, BUILD_TOKEN: value };
      const ran = await manageImages(repository.folder, ["--image", "app"], environment);
      expect(ran).toMatchObject({ exitCode: 0 });
      const length = await runIn(
        place,
        "run",
        "--rm",
        "--network=none",
        `${prefix}/app:latest`,
        "cat",
        "/length",
      );
      expect(Number(length)).toBe(value.length);
      expect(ran.stdout + ran.stderr).not.toContain(value);
      const found = await repository
        .git("grep", "--no-index", "-rl", value, "--", ".", ".git")
        .catch(() => "");
      expect(found).toBe("");
      const other = { ...environment, BUILD_TOKEN: "another" };
      expect((await manageImages(repository.folder, ["--image", "app"], other)).stdout).toContain(
        "Nothing to do",
      );
    },
    4 * MINUTES,
  );
});
