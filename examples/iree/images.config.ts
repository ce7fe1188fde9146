import { defineConfig } from "manage-images";

export default defineConfig({
  registry: "localhost:5000/iree",
  dockerfile: "build_tools/docker/dockerfiles/{image}.Dockerfile",
  images: {
    base: {},
    android: { dependencies: ["base"] },
    emscripten: { dependencies: ["base"] },
    "gradle-android": { dependencies: ["base"] },
    nvidia: { dependencies: ["base"] },
    "rbe-toolchain": { dependencies: ["base"] },
    riscv: { dependencies: ["base"] },
    swiftshader: { dependencies: ["base"] },
    samples: { dependencies: ["swiftshader"] },
    frontends: { dependencies: ["android"] },
    "frontends-swiftshader": { dependencies: ["frontends", "swiftshader"] },
    "frontends-nvidia": { dependencies: ["frontends"] },

    // The newest versions of everything, where the others have the oldest.
    "base-bleeding-edge": {},
    "nvidia-bleeding-edge": { dependencies: ["base-bleeding-edge"] },
    "swiftshader-bleeding-edge": { dependencies: ["base-bleeding-edge"] },

    "manylinux2014_x86_64-release": {},
    perf: {},
    mmperf: { dependencies: ["perf"] },
    convperf: { dependencies: ["perf"] },
    shark: {},
  },
  references: {
    patterns: [
      {
        files: [".github/workflows/*.yml"],
        match: /CCACHE_NAMESPACE=(?<image>[\w.-]+)@(?<digest>sha256:[0-9a-f]{64})/,
      },
    ],
  },
  // Who runs the images says as whom: `docker run --user`.
  lint: { "root-user": "off" },
});
