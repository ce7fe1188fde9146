import { defineConfig } from "manage-images";

/** The GPUs of the machines that it runs on. */
const args = { CUDA_ARCH_FLAGS: "80;86;90;90a" };

export default defineConfig({
  registry: "localhost:5000/safe-synthesizer",
  dockerfile: "containers/Dockerfile.cuda",
  images: {
    uv: { dockerfile: "containers/Dockerfile.uv", tags: ["0.9.30", "latest"] },

    // Three targets of one Dockerfile; each is stale only if something changes that its own stages read.
    deps: { target: "deps", args },
    runtime: {
      target: "runtime",
      args,
      tags: ["0.1.0", "latest"],
      test: [["--version"], { command: ["-c", 'test "$(id -u)" = 1000'], entrypoint: ["sh"] }],
    },
    dev: { target: "dev", args, test: [["tests/run.sh"]] },

    "test-ci": { dockerfile: "containers/Dockerfile.test_ci", test: [["tests/run.sh"]] },
  },
});
