import { rm } from "node:fs/promises";
import type { BuilderChoice } from "../../model/builder.ts";
import type { Builder, BuildRequest } from "../../ports.ts";
import { isOwnAgent } from "../buildkit/ssh-agents.ts";
import { parseCache } from "../buildkit/cache-options.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { buildxProgram } from "./buildx-program.ts";
import { buildWithBuildx, type Buildx } from "./build-with-buildx.ts";
import { joinImages } from "./join-images.ts";
import { findBuilder } from "./find-builder.ts";

/**
 * A builder of buildx's. One of the driver `docker` is an engine's own BuildKit: what it builds is in that engine, which
 * pushes it. Every other pushes what it builds by its digest. `scratch` is a folder that nobody else uses; what an earlier run
 * left there is removed.
 */
export async function connectBuildx(
  environment: Environment,
  { name, because }: BuilderChoice & { readonly kind: "buildx" },
  scratch: string,
  joinEngine: (environment: Environment) => Promise<Builder>,
): Promise<Builder> {
  const program = await buildxProgram(environment);
  const { driver, context } = await findBuilder(program, environment, name, because);
  await rm(scratch, { recursive: true, force: true });
  const buildx = { scratch, program, environment, builder: name };
  if (driver !== "docker") return registryBuilder(buildx);
  // buildx builds with the engine of a Docker context only where that is the context in use.
  const itsOwn = environmentOf(environment, context);
  const ownBuildx = { ...buildx, environment: itsOwn, output: "engine" } as const;
  const engine = await joinEngine(itsOwn);
  return {
    ...engine,
    // The engine's BuildKit does what most images need without a program in between.
    build: (request, attention) =>
      needsProgram(request)
        ? buildWithBuildx(ownBuildx, request, attention)
        : engine.build(request, attention),
    join: (tag, pins, attention) => joinImages(ownBuildx, tag, pins, attention),
  };
}

/** A repository for which buildx gives BuildKit an agent that nobody has asked for. */
const BY_SSH = /^(?:git@|ssh:)/;

/** Whether a build needs what only buildx makes of its flags: indexes, attestations, keys, caches of other kinds. Pure. */
function needsProgram({ platforms, extras }: BuildRequest): boolean {
  if (extras === undefined) return false;
  const { gitContext, ssh, cacheFrom, cacheTo, provenance, sbom, annotations } = extras;
  return (
    platforms.length > 1 ||
    (gitContext !== undefined && BY_SSH.test(gitContext)) ||
    provenance !== undefined ||
    sbom ||
    !ssh.every(isOwnAgent) ||
    Object.keys(annotations).length > 0 ||
    [...cacheFrom, ...cacheTo].some((cache) => parseCache(cache) === undefined)
  );
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
