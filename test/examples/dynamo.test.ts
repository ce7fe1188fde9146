import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { runIn } from "../main-job/images.ts";
import type { Place } from "../main-job/sample.ts";
import { startEngine } from "../support/engine.ts";
import { describeExample, json, type BuiltExample } from "./describe-example.ts";
import { mapText, type ExampleFiles } from "./example.ts";

const MINUTES = 60_000;
const FRAMEWORKS = ["vllm", "sglang", "trtllm"];
const FROM_VLLM = [{ why: "dependency-changed", dependencies: ["vllm-runtime"] }] as const;

// The program that renders Dockerfiles finds `yaml` here, where its user has it installed.
beforeAll(() => {
  process.env["NODE_PATH"] = fileURLToPath(new URL("../../node_modules", import.meta.url));
});

const DYNAMO = {
  name: "dynamo",
  registry: "localhost:5000/dynamo",
  images: [
    "wheel-builder",
    ...FRAMEWORKS.flatMap((framework) => [framework, `${framework}-runtime`, `${framework}-test`]),
    "placeholder",
  ],
  store: "containerd",
  prepare: withProxy,
  change: {
    file: "container/bases.yaml",
    from: "version: 0.11.0",
    to: "version: 0.11.2",
    image: "all",
    reasons: {
      vllm: [{ why: "dockerfile-changed" }],
      "vllm-runtime": [{ why: "dependency-changed", dependencies: ["vllm"] }],
      "vllm-test": FROM_VLLM,
      placeholder: FROM_VLLM,
    },
    pinned: [
      ".devcontainer/devcontainer.json",
      ".github/workflows/ci.yml",
      "container/bases.yaml",
      "deploy/snapshot.yaml",
      "deploy/vllm.yaml",
    ],
  },
} as const;

describeExample(DYNAMO, withoutChanges, withChanges);

function withoutChanges(built: BuiltExample): void {
  it("has nothing that the linter finds", async () => {
    expect(await json(built.place, built.repository, "lint")).toEqual({ violations: [] });
  });

  it("has a runtime of each framework, with the project's wheel for the architecture", async () => {
    const served = async (framework: string) =>
      runIn(built.place, "run", "--rm", "--network=none", `${built.prefix}/${framework}-runtime:latest`);
    expect(await Promise.all(FRAMEWORKS.map(served))).toEqual([
      "serving with vllm 0.11.0",
      "serving with sglang 0.5.3",
      "serving with trtllm 1.1.0",
    ]);
    const listed = ["ls", "/opt/dynamo/dist"];
    expect(
      await runIn(built.place, "run", "--rm", "--network=none", `${built.prefix}/vllm:latest`, ...listed),
    ).toBe("dynamo-0.7.0-manylinux_2_28_amd64.whl");
  });

  pulledByDevelopers(built);
}

function pulledByDevelopers(built: BuiltExample): void {
  it(
    "is had ready-made by who has an engine and the repository",
    async () => {
      const { place, repository, prefix } = built;
      const engine = await startEngine({ mirror: place.registry.url });
      try {
        const environment = { ...place.environment, DOCKER_HOST: engine.host };
        await json({ environment }, repository, "pull", "--image", "sglang-runtime");
        const name = `${prefix}/sglang-runtime`;
        const served = await runIn({ engine }, "run", "--rm", "--network=none", "--pull=never", name);
        expect(served).toBe("serving with sglang 0.5.3");
      } finally {
        await engine.stop();
      }
    },
    2 * MINUTES,
  );
}

function withChanges(built: BuiltExample): void {
  it(
    "takes from the cache in the registry what an engine that has nothing would build",
    async () => {
      const { place, repository } = built;
      const engine = await startEngine({ store: "containerd", mirror: place.registry.url });
      try {
        const environment = { ...place.environment, DOCKER_HOST: engine.host };
        const forced = ["--image", "wheel-builder", "--force", "--no-dependents"];
        const { images } = await json<RunResult>({ environment }, repository, ...forced);
        const { outcome, digest } = images["wheel-builder"] ?? {};
        // What is built again has other times in it.
        expect([outcome, digest]).toEqual(["built", built.first.images["wheel-builder"]?.digest]);
      } finally {
        await engine.stop();
      }
    },
    3 * MINUTES,
  );
}

/** The place's registry has busybox, too: it is the pull-through cache. */
function withProxy({ registry }: Place, files: ExampleFiles): Promise<ExampleFiles> {
  return Promise.resolve(mapText(files, (text) => text.replaceAll("localhost:5001", registry.host)));
}
