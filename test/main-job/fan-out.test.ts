import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { startEngine, type Engine } from "../support/engine.ts";
import { makeOrigin, type BareRepository } from "../support/forges/bare-repository.ts";
import { readPipeline } from "../support/gitlab-ci.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { repositoryAt, type Repository } from "../support/repository.ts";
import { makeSample, placeForTests } from "./sample.ts";

const MINUTE = 60_000;
const place = placeForTests();
let other: Engine;
let repository: Repository;
let origin: BareRepository;
const clones: string[] = [];

beforeAll(async () => {
  other = await startEngine({ mirror: place.registry.url });
}, 2 * MINUTE);
afterAll(() => other.stop(), MINUTE);
afterEach(async () => {
  await repository.remove();
  await origin.remove();
  for (const folder of clones.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A clone of its own for each job, as each has on a machine of CI. */
async function clone(): Promise<Repository> {
  const folder = await mkdtemp(join(tmpdir(), "clone-"));
  clones.push(folder);
  const cloned = repositoryAt(folder);
  await cloned.git("clone", "--quiet", "--depth=1", `file://${origin.folder}`, ".");
  return cloned;
}

async function given(test: string): Promise<void> {
  ({ repository } = await makeSample(place, `fan-out-${test}`));
  origin = await makeOrigin(repository);
}

/** What a job of the matrix does. */
async function job(image: string, engine: Engine): Promise<Ran> {
  const args = ["--image", image, "--no-dependents", "--no-commit", "--format", "json"];
  return manageImages((await clone()).folder, args, { ...place.environment, DOCKER_HOST: engine.host });
}

async function matrix(...args: readonly string[]): Promise<string> {
  const ran = await manageImages((await clone()).folder, ["matrix", ...args], place.environment);
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
  return ran.stdout;
}

describe("a build on many machines", () => {
  it(
    "comes to the tree of a single run: jobs in clones of their own, with two engines and one registry, and collect",
    async () => {
      await given("tree");
      const waves = [["base", "tools"], ["left", "right"], ["top"]];
      expect(JSON.parse(await matrix())).toEqual({
        waves,
        needs: { base: [], tools: [], left: ["base"], right: ["base"], top: ["tools", "left", "right"] },
      });
      expect(await matrix("--format", "github")).toBe(`waves=${JSON.stringify(waves)}\ncount=5\n`);

      const early = await manageImages((await clone()).folder, ["collect"], place.environment);
      expect(early.exitCode).toBe(1);
      expect(early.stderr).toMatch(/does not have base, tools, and 3 built on them; nothing was written/);

      for (const wave of waves) {
        const engines = [place.engine, other];
        const ran = await Promise.all(wave.map((image, index) => job(image, engines[index % 2] ?? other)));
        for (const [index, { exitCode, stdout, stderr }] of ran.entries()) {
          if (exitCode !== 0) throw new Error(stderr);
          const { images } = JSON.parse(stdout) as { images: Record<string, { outcome: string }> };
          const built = Object.entries(images).filter(([, { outcome }]) => outcome === "built");
          expect(built.map(([name]) => name)).toEqual([wave[index]]);
        }
      }
      expect(await matrix("--format", "github")).toBe("waves=[]\ncount=0\n");

      const collecting = await clone();
      // It needs no engine.
      const environment = { ...place.environment, DOCKER_HOST: "unix:///nowhere/docker.sock" };
      const collected = await manageImages(collecting.folder, ["collect"], environment);
      expect(collected).toMatchObject({ exitCode: 0 });
      expect(await collecting.git("status", "--porcelain")).toBe("");
      expect(await collecting.git("grep", "-c", "0".repeat(64)).catch(() => "none")).toBe("docs/images.md:1");

      const single = await clone();
      expect(await place.run(single, "--image", "all")).toMatchObject({ exitCode: 0 });
      const treeOf = ({ git }: Repository) => git("rev-parse", "HEAD^{tree}");
      expect(await treeOf(collecting)).toBe(await treeOf(single));
      expect(await matrix("--format", "json")).toBe('{\n  "waves": [],\n  "needs": {}\n}\n');
    },
    5 * MINUTE,
  );

  it(
    "is a child pipeline on GitLab, whose jobs wait for those that they need",
    async () => {
      await given("gitlab");
      const pipeline = JSON.parse(await matrix("--format", "gitlab", "--image", "left")) as Record<
        string,
        object
      >;
      expect(pipeline).toEqual({
        include: [{ local: ".gitlab/manage-images.yml" }],
        "image base": { extends: ".manage-images-build", variables: { IMAGE: "base" }, needs: [] },
        "image right": {
          extends: ".manage-images-build",
          variables: { IMAGE: "right" },
          needs: ["image base"],
        },
        "image left": {
          extends: ".manage-images-build",
          variables: { IMAGE: "left" },
          needs: ["image base"],
        },
        "image tools": { extends: ".manage-images-build", variables: { IMAGE: "tools" }, needs: [] },
        "image top": {
          extends: ".manage-images-build",
          variables: { IMAGE: "top" },
          needs: ["image tools", "image left", "image right"],
        },
        "collect digests": {
          extends: ".manage-images-collect",
          needs: expect.arrayContaining(["image base", "image top"]) as unknown,
        },
      });

      // With the template it is a whole pipeline.
      const template = await readFile(new URL("../../docs/workflows/gitlab.yml", import.meta.url), "utf8");
      await repository.write({
        ".gitlab/manage-images.yml": template,
        ".gitlab-ci.yml": JSON.stringify(pipeline),
      });
      await repository.git("add", ".gitlab");
      const { include, ...jobs } = pipeline;
      expect(include).toBeDefined();
      const whole = await readPipeline(repository);
      expect(Object.keys(whole).toSorted()).toEqual(Object.keys(jobs).toSorted());
      expect(whole["image top"]).toMatchObject({
        variables: { IMAGE: "top" },
        script: [expect.stringContaining('--image "$IMAGE"')],
        needs: ["image tools", "image left", "image right"].map(
          (job) => expect.objectContaining({ job }) as unknown,
        ),
      });
      expect(whole["collect digests"]).toMatchObject({ script: [expect.stringContaining("collect --pr")] });
    },
    MINUTE,
  );
});
