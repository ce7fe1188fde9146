import { defineConfig } from "manage-images";

/** Where NeMo RL is. Its branches are built without a checkout. */
const NRL_SOURCE = "git://localhost/.git";
const NRL_GIT_REF = "r0.4.0";

/** All are in one repository, and told apart by their tags. */
const common = { repository: "localhost:5000/nemo-rl/nemo-rl" };

/** What CI has fetched already; if there is none yet, the build does. */
const seed = {
  "uv-cache-seed": { image: "docker-image://localhost:5000/nemo-rl/uv-cache:main", optional: true },
};

export default defineConfig({
  dockerfile: "docker/Dockerfile",
  images: {
    hermetic: { ...common, target: "hermetic", tags: ["hermetic"], contexts: { ...seed, "nemo-rl": "." } },
    release: { ...common, target: "release", tags: ["release"], contexts: { ...seed, "nemo-rl": "." } },
    "release-r0.4.0": {
      ...common,
      target: "release",
      tags: [NRL_GIT_REF],
      context: `${NRL_SOURCE}#${NRL_GIT_REF}`,
      args: { NRL_SOURCE, NRL_GIT_REF },
      contexts: seed,
    },
  },
});
