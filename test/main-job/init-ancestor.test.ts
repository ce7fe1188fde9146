import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { DescribedGraph } from "../../src/model/described-image.ts";
import type { RunResult } from "../../src/model/run.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Content, type Repository } from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const MINUTE = 60_000;

/** What the script declares, and what the Dockerfiles say. */
const GRAPH: Readonly<Record<string, readonly string[]>> = {
  base: [],
  android: ["base"],
  nvidia: ["base"],
  swiftshader: ["base"],
  frontends: ["android"],
  "frontends-nvidia": ["frontends", "nvidia"],
  samples: ["swiftshader"],
};
const NAMES = Object.keys(GRAPH);
/** A digest that was true once. */
const OLD = `sha256:${"d".repeat(64)}`;

let registry: LocalRegistry;
let digests: ReadonlyMap<string, string>;

beforeAll(async () => {
  registry = await startRegistry();
  const pushed = NAMES.map(async (name) => {
    return [
      name,
      await pushImage(registry, `iree-oss/${name}`, { platform: "linux/amd64", mark: name }),
    ] as const;
  });
  digests = new Map(await Promise.all(pushed));
}, MINUTE);

afterAll(() => registry.stop());

function pin(name: string, digest = digests.get(name) ?? ""): string {
  return `${registry.host}/iree-oss/${name}@${digest}`;
}

/** References as such a repository has them: in workflows, scripts, documentation, CMake, Python, JSON; two of them are old. */
function references(): Record<string, Content> {
  return {
    ".github/workflows/ci.yml": `jobs:\n  build:\n    container: ${pin("base")}\n    steps:\n      - run: docker run ${pin("nvidia", OLD)} true\n      - uses: docker://${pin("android")}\n`,
    "build_tools/kokoro/build.sh": `docker run --rm \\\n  ${pin("frontends-nvidia")} \\\n  true\nIMAGE="\${IMAGE:-${pin("samples")}}"\n`,
    "docs/building.md": `Use \`${pin("swiftshader", OLD)}\`, or [${pin("base")}](x).\r\n`,
    "build_tools/toolchain.cmake": `set(IMAGE "${pin("frontends")}")\n`,
    "build_tools/benchmarks.py": `IMAGE = '${pin("nvidia")}'\n`,
    ".devcontainer/devcontainer.json": `{ "image": "${pin("base")}" }\n`,
    "README.md": `${registry.host}/iree-oss/other@${OLD} is nobody's\n`,
  };
}

const CODE = `
import subprocess

IREE_GCR_URL = "HOST/iree-oss/"

# Map from image names to images that they depend on.
IMAGES_TO_DEPENDENCIES = {
    "base": [],
    "android": ["base"],
    'nvidia': ['base'],
    "swiftshader": ["base"],
    # "gone": ["base"],
    "frontends": ["android"],
    "frontends-nvidia": ["frontends", "nvidia"],
    "samples": [
        "swiftshader",
        "android",
    ],
}
`;

function dockerfileOf(name: string): string {
  const [first, ...others] = GRAPH[name] ?? [];
  const from = first === undefined ? "FROM ubuntu:20.04" : `FROM ${pin(first)} AS final`;
  const copies = others.map((other) => `COPY --from=${pin(other)} /usr/local /usr/local`);
  return [from, ...copies, `COPY build_tools/docker/context/install_${name}.sh /`, ""].join("\n");
}

function layout(path: (name: string) => string, more: Record<string, Content>): Record<string, Content> {
  const dockerfiles = NAMES.map((name) => [`build_tools/docker/${path(name)}`, dockerfileOf(name)]);
  const scripts = NAMES.map((name) => [`build_tools/docker/context/install_${name}.sh`, "true\n"]);
  return {
    ...(Object.fromEntries([...dockerfiles, ...scripts]) as Record<string, Content>),
    "build_tools/docker/prod_digests.txt": NAMES.map((name) => `${pin(name)}\n`).join(""),
    ...references(),
    ...more,
  };
}

describe("init takes over from the ancestor's script where", () => {
  it.each([
    [
      "the images stand in the script, each in a folder",
      () =>
        layout((name) => `${name}/Dockerfile`, {
          "build_tools/docker/manage_images.py": CODE.replace("HOST", registry.host),
        }),
    ],
    [
      "the images stand in a file beside the script",
      () =>
        layout((name) => `dockerfiles/${name}.Dockerfile`, {
          "build_tools/docker/manage_images.py": "import json\n",
          "build_tools/docker/image_deps.json": JSON.stringify({
            ...GRAPH,
            samples: ["swiftshader", "android"],
          }),
        }),
    ],
  ])(
    "%s",
    async (_, files) => {
      const repository = await makeRepository(files());
      try {
        const ran = await manageImages(repository.folder, ["init", "--yes"], ENVIRONMENT);
        expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
        expect(ran.stdout).toContain(
          "says otherwise of samples: it declares android, which its Dockerfile does not name",
        );
        const shown = await manageImages(repository.folder, ["graph", "--format", "json"], ENVIRONMENT);
        const { images } = JSON.parse(shown.stdout) as DescribedGraph;
        expect(
          Object.fromEntries(
            Object.entries(images).map(([name, image]) => [name, [...image.dependencies].sort()]),
          ),
        ).toEqual(GRAPH);
        const planned = await manageImages(repository.folder, ["plan", "--image", "all"], ENVIRONMENT);
        expect(planned).toMatchObject({ exitCode: 0 });
        await everyReferenceIsFound(repository);
      } finally {
        await repository.remove();
      }
    },
    MINUTE,
  );
});

/** The lockfile has what the registry has; a run brings the old pins to it, and then every pin is so. */
async function everyReferenceIsFound(repository: Repository): Promise<void> {
  const { images } = JSON.parse((await repository.read("images.lock.json")).toString()) as {
    images: Record<string, { digest: string }>;
  };
  expect(Object.fromEntries(Object.entries(images).map(([name, { digest }]) => [name, digest]))).toEqual(
    Object.fromEntries(digests),
  );
  const ran = await manageImages(repository.folder, ["--only-references", "--format", "json"], ENVIRONMENT);
  expect(ran).toMatchObject({ exitCode: 0 });
  const { references: changed } = JSON.parse(ran.stdout) as RunResult;
  expect(changed.map(({ file, image }) => [file, image])).toEqual([
    [".github/workflows/ci.yml", "nvidia"],
    ["docs/building.md", "swiftshader"],
  ]);
  const found = await repository.git("grep", "-hoE", `${registry.host}/iree-oss/[a-z-]+@sha256:[0-9a-f]{64}`);
  const pins = found.split("\n").filter((each) => !each.includes("/other@"));
  expect(pins.filter((each) => !NAMES.map((name) => pin(name)).includes(each))).toEqual([]);
  // Seven of the list, seven of Dockerfiles, ten of other files.
  expect(pins).toHaveLength(7 + 7 + 10);
}
