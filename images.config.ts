import { defineConfig } from "manage-images";

/**
 * A registry on this machine. Another one is a change of this line and of the names in `dockerfiles/`, or
 * `--registry` for one run.
 */
const registry = "localhost:5000/manage-images";

/**
 * The images of this repository: an example, small enough to be built in seconds.
 *
 * Their Dockerfiles pin each other by digest. The digest that is all zeros stands for "not built yet": the first run
 * writes the true ones in its place.
 */
export default defineConfig({
  registry,
  images: {
    // The Dockerfile is dockerfiles/base.Dockerfile, and the context the root of the repository.
    base: {},
    // What an image depends on is read from its Dockerfile …
    android: {},
    nvidia: {},
    swiftshader: { args: { SWIFTSHADER_API_VERSION: "1.3.0" } },
    // … and may be declared, too. Then both must agree: nobody adds a dependency without meaning to.
    frontends: { dependencies: ["android"] },
    "frontends-swiftshader": { dependencies: ["frontends", "swiftshader"] },
    "frontends-nvidia": { dependencies: ["frontends", "nvidia"] },
    samples: { dependencies: ["frontends-swiftshader"], tags: ["latest", "stable"] },
  },
});
