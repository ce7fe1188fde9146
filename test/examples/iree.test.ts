import { expect, it } from "@jest/globals";
import { ZERO } from "../main-job/sample.ts";
import { describeExample, json, type BuiltExample } from "./describe-example.ts";

const FROM_ANDROID = ["android", "frontends", "frontends-nvidia", "frontends-swiftshader"];
const DOCKERFILES = "build_tools/docker/dockerfiles";

const IREE = {
  name: "iree",
  registry: "localhost:5000/iree",
  images: [
    ...FROM_ANDROID,
    ...["base", "emscripten", "gradle-android", "nvidia", "rbe-toolchain", "riscv", "samples", "swiftshader"],
    ...["base-bleeding-edge", "nvidia-bleeding-edge", "swiftshader-bleeding-edge"],
    ...["convperf", "manylinux2014_x86_64-release", "mmperf", "perf", "shark"],
  ],
  change: {
    file: `${DOCKERFILES}/android.Dockerfile`,
    from: "NDK_VERSION=r21d",
    to: "NDK_VERSION=r25b",
    image: "android",
    reasons: {
      android: [{ why: "dockerfile-changed" }],
      frontends: [{ why: "dependency-changed", dependencies: ["android"] }],
      "frontends-swiftshader": [{ why: "dependency-changed", dependencies: ["frontends"] }],
      "frontends-nvidia": [{ why: "dependency-changed", dependencies: ["frontends"] }],
    },
    pinned: [
      ".github/workflows/ci.yml",
      ...FROM_ANDROID.slice(1).map((image) => `${DOCKERFILES}/${image}.Dockerfile`),
      "build_tools/docker/prod_digests.txt",
    ],
  },
} as const;

describeExample(IREE, (built) => {
  it("has every image in its text file of digests", async () => {
    const lines = (await textOf(built, "build_tools/docker/prod_digests.txt")).trimEnd().split("\n");
    const pins = IREE.images.map((image) => `${built.prefix}/${image}@${digestOf(built, image)}`);
    expect(lines.toSorted()).toEqual(pins.toSorted());
  });

  it.each([
    ["in a bazelrc", "build_tools/bazel/iree.bazelrc", "docker://REGISTRY/rbe-toolchain@", "rbe-toolchain"],
    ["as a step's image", ".github/workflows/ci.yml", "uses: docker://REGISTRY/android@", "android"],
    [
      "in a shell's quotes",
      ".github/workflows/ci.yml",
      '"REGISTRY/frontends-swiftshader@',
      "frontends-swiftshader",
    ],
    [
      "as a shell's default",
      "build_tools/python_deploy/build_linux_packages.sh",
      "${manylinux_docker_image:-REGISTRY/manylinux2014_x86_64-release@",
      "manylinux2014_x86_64-release",
    ],
    ["in a file of its own image", "samples/run.sh", "REGISTRY/samples@", "samples"],
    ["apart from its name", "WORKSPACE", ' digest = "', "rbe-toolchain"],
    [
      "where a pattern says so",
      ".github/workflows/ci.yml",
      "CCACHE_NAMESPACE=swiftshader-bleeding-edge@",
      "swiftshader-bleeding-edge",
    ],
  ])("has a digest %s", async (_, file, before, image) => {
    const text = await textOf(built, file);
    expect(text).toContain(before.replace("REGISTRY", built.prefix) + digestOf(built, image));
  });

  it("changes nothing but digests of its own images", async () => {
    const changed = await built.repository.git("diff", built.start, "--", ":!images.lock.json");
    const lines = (sign: string) =>
      changed.split("\n").filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3)));
    const digests = /sha256:[0-9a-f]{64}/g;
    const without = (line: string) => line.slice(1).replace(digests, "");
    expect(lines("-").length).toBeGreaterThan(IREE.images.length);
    expect(lines("+").map(without)).toEqual(lines("-").map(without));
    expect(new Set(lines("-").flatMap((line) => line.match(digests) ?? []))).toEqual(new Set([ZERO]));
  });

  it("has nothing that the linter finds", async () => {
    expect(await json(built.place, built.repository, "lint")).toEqual({ violations: [] });
  });
});

async function textOf({ repository }: BuiltExample, file: string): Promise<string> {
  return (await repository.read(file)).toString();
}

function digestOf({ first }: BuiltExample, image: string): string {
  const digest = first.images[image]?.digest;
  if (digest === undefined) throw new Error(`${image} has no digest`);
  return digest;
}
