import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import { parseDigest, type Digest } from "../../model/digest.ts";
import type { Attention, BuildExtras, BuildRequest } from "../../ports.ts";
import { buildFailed } from "../engine/build-failed.ts";
import { checkSecrets } from "../buildkit/secrets.ts";
import { PlainLog } from "../buildkit/plain-log.ts";
import { followProgram } from "../processes/follow-program.ts";
import type { BuildxProgram } from "./buildx-program.ts";
import { buildCommand, type BuildFiles, type Output } from "./build-arguments.ts";
import { checkKeepsAnnotations } from "./keeps-annotations.ts";
import { readProgress } from "./read-progress.ts";
import { stageContext } from "./stage-context.ts";

/** What builds are run with. */
export interface Buildx {
  readonly program: BuildxProgram;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly builder: string | undefined;
  /** Where builds have their own files. */
  readonly scratch: string;
  readonly output: Output;
}

/** buildx would put them into the image, so that it would depend on whose machine builds it. */
const UNWANTED = ["SOURCE_DATE_EPOCH", "BUILDX_GIT_LABELS", "BUILDX_GIT_INFO"];

/** Where no attestation says what is in the checkout, git need not be asked: that takes five processes for each build. */
const WITHOUT_GIT = { BUILDX_GIT_INFO: "false" };

/**
 * Builds with `docker buildx build`. The Dockerfile comes from a file of its own beside which its ignore file lies, so that
 * nothing in the working tree is touched. The digest if the build pushed; a failure is a `UserError`.
 */
export async function buildWithBuildx(
  buildx: Buildx,
  request: BuildRequest,
  attention: Attention,
): Promise<Digest | undefined> {
  const { extras } = request;
  if (extras === undefined) throw new Error(`${request.image} was prepared for another builder`);
  if (request.reproducible && buildx.output === "engine") throw notReproducible(request.image);
  await checkSecrets(buildx.environment, request.image, extras.secrets);
  if (buildx.output === "engine" && Object.keys(extras.annotations).length > 0)
    await checkKeepsAnnotations(buildx.environment, request.image);
  await mkdir(buildx.scratch, { recursive: true });
  const folder = await mkdtemp(join(buildx.scratch, "build-"));
  try {
    const files = await writeFiles(folder, request, extras);
    await run(buildx, request, extras, files, attention);
    return buildx.output === "registry" ? await readDigest(request.image, files) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** BuildKit does not rewrite the times of what it puts into an engine's store (https://github.com/moby/buildkit/issues/4230). */
function notReproducible(image: string): UserError {
  return new UserError(
    `${image} is to be reproducible, and needs buildx: an engine's builder cannot be both.`,
    {
      remedy:
        "Name a builder that is apart from the engine (docker buildx create --driver docker-container).",
    },
  );
}

async function writeFiles(folder: string, request: BuildRequest, extras: BuildExtras): Promise<BuildFiles> {
  const dockerfile = join(folder, "Dockerfile");
  await writeFile(dockerfile, request.dockerfile);
  await writeFile(`${dockerfile}.dockerignore`, extras.ignored);
  const contexts: Record<string, string> = {};
  for (const [index, [name, source]] of Object.entries(extras.contexts).entries()) {
    if ("url" in source) continue;
    contexts[name] = join(folder, `context-${index}`);
    await stageContext(contexts[name], source.directory, source.entries);
  }
  return { dockerfile, metadata: join(folder, "metadata.json"), contexts };
}

async function run(
  { program, environment, builder, output }: Buildx,
  request: BuildRequest,
  extras: BuildExtras,
  files: BuildFiles,
  attention: Attention,
): Promise<void> {
  const command = buildCommand(request, extras, files, builder, output);
  const log = new PlainLog(attention);
  const said: string[] = [];
  const onLine = readProgress({
    take: (status) => {
      log.take(status);
    },
    text: (line) => {
      attention.log(line);
      said.push(line);
    },
  });
  const kept = Object.entries(environment).filter(([name]) => !UNWANTED.includes(name));
  const git = extras.provenance === undefined ? WITHOUT_GIT : {};
  const env = { ...Object.fromEntries(kept), ...git, ...command.environment };
  const { signal } = attention;
  const code = await followProgram(program.file, [...program.before, ...command.args], {
    env,
    input: request.dockerfile,
    signal,
    onLine,
  });
  if (code !== 0) throw buildFailed(request.image, log.failedStep, errorIn(said, code));
}

/** What stands behind the last `ERROR:`; above it buildx shows the lines of the Dockerfile. */
function errorIn(said: readonly string[], code: number): string {
  const start = said.findLastIndex((line) => line.startsWith("ERROR: "));
  if (start < 0) return said.join("\n").trim() || `buildx ended with code ${code}`;
  return said
    .slice(start)
    .join("\n")
    .replace(/^ERROR: /, "")
    .trim();
}

async function readDigest(image: string, { metadata }: BuildFiles): Promise<Digest> {
  const text = await readFile(metadata, "utf8").catch(() => "{}");
  const { "containerimage.digest": digest } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const parsed = typeof digest === "string" ? parseDigest(digest) : undefined;
  if (parsed !== undefined) return parsed;
  throw new UserError(`buildx does not say which digest it has pushed for ${image}.`, {
    remedy: "Run again with another builder, or with a later version of buildx.",
  });
}
