import { defineConfig } from "manage-images";

/** One index for both, with what each has for its own GPUs. */
const gpu = {
  platforms: ["linux/amd64", "linux/arm64"],
  platformArgs: {
    "linux/amd64": { CUDA_ARCH_FLAGS: "80;86;90;90a" },
    "linux/arm64": { CUDA_ARCH_FLAGS: "90;90a;100" },
  },
};

export default defineConfig({
  registry: "localhost:5000/safe-synthesizer",
  dockerfile: "containers/Dockerfile.cuda",
  images: {
    uv: { dockerfile: "containers/Dockerfile.uv", platforms: gpu.platforms, tags: ["0.9.30", "latest"] },

    // Three targets of one Dockerfile; each is stale only if something changes that its own stages read.
    deps: { ...gpu, target: "deps" },
    runtime: {
      ...gpu,
      target: "runtime",
      tags: ["0.1.0", "latest"],
      test: [["--version"], { command: ["-c", 'test "$(id -u)" = 1000'], entrypoint: ["sh"] }],
    },
    dev: { ...gpu, target: "dev", test: [["tests/run.sh"]] },

    "test-ci": { dockerfile: "containers/Dockerfile.test_ci", test: [["tests/run.sh"]] },
  },
});
