import { afterAll, beforeAll } from "@jest/globals";
import { startEngine, type Engine } from "../support/engine.ts";
import { publishBaseImages } from "../support/base-images.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Content, type Repository } from "../support/repository.ts";

const MINUTE = 60_000;
/** The digest of an image that was never built. */
export const ZERO = `sha256:${"0".repeat(64)}`;

/** An engine and a registry; repositories are made for each test. */
export interface Place {
  readonly engine: Engine;
  readonly registry: LocalRegistry;
  /** Runs the program in a repository. */
  readonly run: (repository: Repository, ...args: readonly string[]) => Promise<Ran>;
  /** The environment in which it does. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Starts an engine whose Docker Hub is the registry, with busybox in it. */
export async function startPlace(store: "overlay2" | "containerd" = "overlay2"): Promise<Place> {
  const registry = await startRegistry();
  await publishBaseImages(registry);
  const engine = await startEngine({ store, mirror: registry.url });
  const environment = { ...GIT_ENVIRONMENT, DOCKER_HOST: engine.host, CI: "true", NO_COLOR: "1" };
  return {
    engine,
    registry,
    environment,
    run: (repository, ...args) => manageImages(repository.folder, args, environment),
    stop: async () => {
      await engine.stop();
      await registry.stop();
    },
  };
}

/** A place that is there while the tests of a `describe`, or of a file, are run: `startPlace` and its end. */
export function placeForTests(store?: "overlay2" | "containerd"): Place {
  const place = {} as Place;
  beforeAll(async () => Object.assign(place, await startPlace(store)), 2 * MINUTE);
  afterAll(() => place.stop(), MINUTE);
  return place;
}

/** The name that a repository's images have in a registry; each test has its own, so that none sees another's. */
export function prefixOf(host: string, test: string): string {
  return `${host}/${test}`;
}

/**
 * Two diamonds and a `COPY --from`: `left` and `right` on `base`, `top` on `left` with files of `right` and `tools`.
 * A workflow, a compose file and a document refer to them.
 */
export function sampleFiles(
  prefix: string,
  changes: Readonly<Record<string, Content>> = {},
): Record<string, Content> {
  const pin = (image: string) => `${prefix}/${image}@${ZERO}`;
  const images = { base: {}, tools: {}, left: { dependencies: ["base"] }, right: {}, top: {} };
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images }, undefined, 2),
    "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo base >/base\n",
    "dockerfiles/tools.Dockerfile": "FROM busybox:1.36\nCOPY tool /bin/tool\n",
    "dockerfiles/left.Dockerfile": `FROM ${pin("base")}\nRUN echo left >/left\n`,
    "dockerfiles/right.Dockerfile": `FROM ${prefix}/base:latest@${ZERO} AS right\nRUN echo right >/right\n`,
    "dockerfiles/top.Dockerfile": [
      `FROM ${pin("left")}`,
      `COPY --from=${pin("right")} /right /right`,
      `COPY --from=${prefix}/tools:latest@${ZERO} /bin/tool /bin/`,
      "RUN cat /base /left /right && tool",
      "",
    ].join("\n"),
    tool: { program: "#!/bin/sh\necho tool\n" },
    ".dockerignore": "*\n!tool\n",
    ".github/workflows/ci.yml": `jobs:\n  test:\n    container:\n      image: ${pin("top")}\n    steps:\n      - uses: docker://${pin("base")}\n`,
    "compose.yaml": `services:\r\n  app:\r\n    image: "${prefix}/top:latest@${ZERO}"\r\n`,
    "docs/images.md": `Use \`${pin("left")}\` or \`${pin("right")}\`. Not ${prefix}/left-arm64@${ZERO}.\n`,
    ...changes,
  };
}

/** `right` on `base`, and nothing else. */
export function twoImages(prefix: string): Record<string, Content> {
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images: { base: {}, right: {} } }),
    "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo base >/base\n",
    "dockerfiles/right.Dockerfile": `FROM ${prefix}/base@${ZERO}\nRUN echo right >/right\n`,
    ".dockerignore": "*\n",
    "docs/images.md": `Use \`${prefix}/right@${ZERO}\`.\n`,
  };
}

/** Makes a repository with the sample, in a part of the registry that is the test's own. */
export async function makeSample(
  place: Place,
  test: string,
  changes: (prefix: string) => Readonly<Record<string, Content>> = () => ({}),
): Promise<{ readonly repository: Repository; readonly prefix: string }> {
  const prefix = prefixOf(place.registry.host, test);
  return { prefix, repository: await makeRepository(sampleFiles(prefix, changes(prefix))) };
}
