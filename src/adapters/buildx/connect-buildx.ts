import { rm } from "node:fs/promises";
import type { BuilderChoice } from "../../model/builder.ts";
import type { Builder } from "../../ports.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { buildxProgram } from "./buildx-program.ts";
import { buildWithBuildx, type Buildx } from "./build-with-buildx.ts";
import { joinImages } from "./join-images.ts";
import { findBuilder } from "./find-builder.ts";

/** Where a checkout has what builds need. */
export interface BuildxPlace {
  readonly root: string;
  /** A folder that nobody else uses; what an earlier run left there is removed. */
  readonly scratch: string;
}

/**
 * A builder of buildx's. One of the driver `docker` is an engine's own BuildKit: what it builds is in that engine, which
 * pushes it. Every other pushes what it builds by its digest.
 */
export async function connectBuildx(
  environment: Environment,
  { name, because }: BuilderChoice & { readonly kind: "buildx" },
  place: BuildxPlace,
  joinEngine: (environment: Environment) => Promise<Builder>,
): Promise<Builder> {
  const program = await buildxProgram(environment);
  const { driver, context } = await findBuilder(program, environment, name, because);
  await rm(place.scratch, { recursive: true, force: true });
  const buildx = { ...place, program, environment, builder: name };
  if (driver !== "docker") return registryBuilder(buildx);
  // buildx builds with the engine of a Docker context only where that is the context in use.
  const itsOwn = environmentOf(environment, context);
  const ownBuildx = { ...buildx, environment: itsOwn, output: "engine" } as const;
  const engine = await joinEngine(itsOwn);
  return {
    ...engine,
    // What needs nothing of buildx's, as a label that is added, is built without its program.
    build: (request, attention) =>
      request.extras === undefined
        ? engine.build(request, attention)
        : buildWithBuildx(ownBuildx, request, attention),
    join: (tag, pins, attention) => joinImages(ownBuildx, tag, pins, attention),
  };
}

/** An engine of another Docker context is another engine. */
function environmentOf(environment: Environment, context: string | undefined): Environment {
  if (context === undefined || context === "default") return environment;
  return { ...environment, DOCKER_HOST: undefined, DOCKER_CONTEXT: context };
}

/** It keeps nothing under a name, so that there is nothing to be named, described or pushed later. */
function registryBuilder(buildx: Omit<Buildx, "output">): Builder {
  const nothing = () => Promise.reject(new Error("this builder keeps no images"));
  return {
    build: (request, attention) =>
      buildWithBuildx({ ...buildx, output: request.push ? "registry" : "none" }, request, attention),
    join: (tag, pins, attention) => joinImages(buildx, tag, pins, attention),
    test: nothing,
    tag: nothing,
    describe: nothing,
    push: nothing,
    untag: () => Promise.resolve(),
  };
}
