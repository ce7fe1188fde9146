import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { runIn } from "../main-job/images.ts";
import type { Place } from "../main-job/sample.ts";
import { startGitServer, type GitServer } from "../support/git-server.ts";
import { commitAll, makeRepository, type Repository } from "../support/repository.ts";
import { describeExample, json, type BuiltExample } from "./describe-example.ts";
import { mapText, type ExampleFiles } from "./example.ts";

const MINUTES = 60_000;
const SOURCE = "git://localhost/.git";
const BRANCH = "r0.4.0";

let server: GitServer;
let upstream: Repository;

beforeAll(async () => {
  server = await startGitServer();
});

afterAll(async () => {
  await upstream.remove();
  await server.stop();
});

const LOCK_CHANGED = [{ why: "context-changed", paths: ["nemo-rl//uv.lock"] }] as const;

const NEMO_RL = {
  name: "nemo-rl",
  registry: "localhost:5000/nemo-rl",
  images: ["hermetic", "release", "release-r0.4.0"],
  store: "containerd",
  prepare: withUpstream,
  change: {
    file: "uv.lock",
    from: "vllm==0.11.0",
    to: "vllm==0.11.2",
    image: "all",
    reasons: { hermetic: LOCK_CHANGED, release: LOCK_CHANGED },
    pinned: [".github/workflows/cicd.yml", "ray.sub"],
  },
} as const;

describeExample(NEMO_RL, withoutChanges, withChanges);

function withoutChanges(built: BuiltExample): void {
  it("has nothing that the linter finds", async () => {
    expect(await json(built.place, built.repository, "lint")).toEqual({ violations: [] });
  });

  it("has the checkout's packages in two images, and in the third those of a branch elsewhere", async () => {
    const vllm = async (tag: string) =>
      (await inImage(built, tag, "uv", "list")).split("\n").find((line) => line.startsWith("vllm"));
    expect([await vllm("hermetic"), await vllm("release")]).toEqual(["vllm==0.11.0", "vllm==0.11.0"]);
    expect(await vllm(BRANCH)).toBe("vllm==0.10.2");
    const environment = "nemo_rl/grpo 3 1 && echo $NRL_GIT_REF";
    expect(await inImage(built, "release", "sh", "-c", environment)).toBe("+1.00 -1.00\nlocal");
    expect(await inImage(built, BRANCH, "sh", "-c", environment)).toBe(`+1.00 -1.00\n${BRANCH}`);
  });

  it("goes by what each target takes of the source", async () => {
    const { read, write, git } = built.repository;
    await write({ "nemo_rl/grpo": `${(await read("nemo_rl/grpo")).toString()}# changed\n` });
    const plan = await json<PlanJson>(built.place, built.repository, "plan", "--image", "all");
    expect(plan.images).toMatchObject({
      hermetic: { action: "up-to-date" },
      release: { reasons: [{ why: "context-changed", paths: ["nemo-rl//nemo_rl/grpo"] }] },
      "release-r0.4.0": { action: "up-to-date" },
    });
    await git("checkout", "--quiet", "--", "nemo_rl/grpo");
  });
}

function withChanges(built: BuiltExample): void {
  it(
    "is built anew from the branch when that has moved, and from its new commit",
    async () => {
      await upstream.git("checkout", "--quiet", BRANCH);
      await upstream.write({ "uv.lock": "vllm==0.10.3 vllm\n" });
      await commitAll(upstream);
      await server.publish(upstream, "nemo-rl");
      const ran = await json<RunResult>(built.place, built.repository, "--image", "all");
      expect(Object.keys(ran.images)).toEqual(["release-r0.4.0"]);
      expect(await inImage(built, BRANCH, "uv", "list")).toBe("vllm==0.10.3");
    },
    2 * MINUTES,
  );

  it(
    "takes what was fetched from the cache's image, once there is one",
    async () => {
      const { place, prefix, repository } = built;
      const fetched = () => inImage(built, "hermetic", "sh", "-c", "cat $UV_CACHE_DIR/ray*");
      expect(await fetched()).toBe("fetched");
      await repository.write({ "seed/ray==2.49.2": "taken from the seed\n" });
      await repository.write({ "seed/Dockerfile": "FROM scratch\nCOPY ray* /\n" });
      const seed = ["--push", "--tag", `${prefix}/uv-cache:main`, `${repository.folder}/seed`];
      await runIn(place, "buildx", "build", "--quiet", "--provenance=false", ...seed);
      await repository.git("clean", "--quiet", "--force", "-d", "seed");
      const again = await json<RunResult>(place, repository, "--image", "all");
      expect(again.images).toEqual({});
      await json(place, repository, "--image", "hermetic", "--force", "--no-commit");
      expect(await fetched()).toBe("taken from the seed");
      await repository.git("checkout", "--quiet", "--", ".");
    },
    2 * MINUTES,
  );
}

interface PlanJson {
  readonly images: Readonly<Record<string, object>>;
}

/** Runs a program in what the registry has under a tag. */
async function inImage(
  { place, prefix }: BuiltExample,
  tag: string,
  ...command: readonly string[]
): Promise<string> {
  const name = `${prefix}/nemo-rl:${tag}`;
  await runIn(place, "pull", "--quiet", name);
  return runIn(place, "run", "--rm", "--network=none", name, ...command);
}

/** The example as it was a release ago, in a git repository elsewhere; and as it is, with that as its source. */
async function withUpstream(_: Place, files: ExampleFiles): Promise<ExampleFiles> {
  upstream = await makeRepository(mapText(files, (text) => text.replace("vllm==0.11.0", "vllm==0.10.2")));
  await upstream.git("branch", BRANCH);
  const url = await server.publish(upstream, "nemo-rl");
  return mapText(files, (text) => text.replaceAll(SOURCE, url));
}
