import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import { manifestOf, runIn } from "../main-job/images.ts";
import { describeExample, json, type BuiltExample } from "./describe-example.ts";

const MINUTE = 60_000;
const run = promisify(execFile);

const BOTH = ["linux/amd64", "linux/arm64"];
const ENTRY_POINT = "containers/entrypoint.sh";

const SAFE_SYNTHESIZER = {
  name: "safe-synthesizer",
  registry: "localhost:5000/safe-synthesizer",
  images: ["uv", "deps", "runtime", "dev", "test-ci"],
  store: "containerd",
  change: {
    file: ENTRY_POINT,
    from: "mount your data",
    to: "mount a directory with your data",
    image: "all",
    reasons: {
      runtime: [{ why: "context-changed", paths: [ENTRY_POINT] }],
      dev: [{ why: "context-changed", paths: [ENTRY_POINT] }],
    },
    pinned: [".devcontainer/devcontainer.json", ".github/workflows/ci.yml", "deploy/job.yaml"],
  },
} as const;

describeExample(SAFE_SYNTHESIZER, (built) => {
  it("has nothing that the linter finds", async () => {
    expect(await json(built.place, built.repository, "lint")).toEqual({ violations: [] });
  });

  it(
    "has an image whose label repeats its FROM, and that makes a table of another",
    async () => {
      const docker = async (...args: readonly string[]) =>
        (await run("docker", ["--host", built.place.engine.host, ...args])).stdout;
      const runtime = pinOf(built, "runtime");
      await docker("pull", "--quiet", runtime);
      const labels = JSON.parse(
        await docker("image", "inspect", "--format={{json .Config.Labels}}", runtime),
      ) as Readonly<Record<string, string>>;
      expect(labels["org.opencontainers.image.base.name"]).toMatch(
        /^docker\.io\/library\/busybox:1\.36@sha256:/,
      );
      const tests = `${built.repository.folder}/tests:/workspace:ro`;
      const table = await docker(
        "run",
        "--rm",
        "--network=none",
        "--volume",
        tests,
        runtime,
        "run",
        "people.csv",
      );
      expect(table).toBe((await built.repository.read("tests/synthetic.csv")).toString());
    },
    3 * MINUTE,
  );

  it(
    "is one index of two platforms, each built for the GPUs of its own",
    async () => {
      const { place, prefix } = built;
      for (const image of ["uv", "deps", "runtime", "dev"]) {
        const { platforms } = await manifestOf(place, `${prefix}/${image}`, "latest");
        expect([image, platforms]).toEqual([image, BOTH]);
      }
      expect((await manifestOf(place, `${prefix}/test-ci`, "latest")).platforms).toEqual([]);
      const { manifests } = await manifestOf(place, `${prefix}/dev`, "latest");
      const torch = async (index: number) => {
        const pin = `${prefix}/dev@${manifests[index]?.digest ?? ""}`;
        const container = await runIn(place, "create", `--platform=${BOTH[index] ?? ""}`, pin);
        const file = await runIn(place, "cp", `${container}:/opt/venv/packages/torch==2.8.0`, "-");
        return /torch==2\.8\.0 on .*/.exec(file)?.[0];
      };
      expect([await torch(0), await torch(1)]).toEqual([
        "torch==2.8.0 on amd64 for 80;86;90;90a",
        "torch==2.8.0 on arm64 for 90;90a;100",
      ]);
    },
    3 * MINUTE,
  );

  it(
    "pushes no image whose test fails, and changes no file",
    async () => {
      const { git, read, write } = built.repository;
      const program = (await read("src/safe-synthesizer")).toString();
      await write({ "src/safe-synthesizer": program.replace("row + i", "row") });
      const before = await git("diff");
      const ran = await built.place.run(built.repository, "--image", "dev", "--format", "json");
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain("tests/run.sh");
      expect(JSON.parse(ran.stdout)).toMatchObject({
        images: { dev: { outcome: "failed" } },
        references: [],
      });
      expect(await git("diff")).toBe(before);
      await git("checkout", "--quiet", "--", "src/safe-synthesizer");
    },
    3 * MINUTE,
  );
});

function pinOf({ prefix, first }: BuiltExample, image: string): string {
  const digest = first.images[image]?.digest;
  if (digest === undefined) throw new Error(`${image} has no digest`);
  return `${prefix}/${image}@${digest}`;
}
