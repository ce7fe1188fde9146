import { defineConfig, type ImageConfiguration } from "manage-images";

const registry = "localhost:5000/dynamo";

/** Bases are taken through this cache of Docker Hub's. */
const args = { DOCKER_PROXY: "localhost:5001/" };

export default defineConfig({
  registry,
  images: {
    "wheel-builder": { ...rendered("wheel-builder"), ...cached("wheel-builder"), args },
    ...imagesOf("vllm"),
    ...imagesOf("sglang"),
    ...imagesOf("trtllm"),
    placeholder: {
      dockerfile: "container/Dockerfile.placeholder",
      args: { BASE_IMAGE: "image:vllm-runtime" },
    },
  },
});

/** Where a framework is developed, where it runs, and its tests. */
function imagesOf(framework: string): Readonly<Record<string, ImageConfiguration>> {
  return {
    [framework]: { ...rendered("framework", framework), ...cached(framework) },
    [`${framework}-runtime`]: { ...rendered("runtime", framework), args },
    [`${framework}-test`]: {
      dockerfile: "container/Dockerfile.test",
      args: { BASE_IMAGE: `image:${framework}-runtime` },
      test: [["tests/run"]],
    },
  };
}

function rendered(target: string, ...framework: readonly string[]): ImageConfiguration {
  return { dockerfile: { command: ["node", "container/render.cjs", target, ...framework] } };
}

/** What one machine has built of an image another one need not. */
function cached(image: string): ImageConfiguration {
  const cache = `type=registry,ref=${registry}/cache:${image}`;
  return { cacheFrom: [cache], cacheTo: [`${cache},mode=max`] };
}
