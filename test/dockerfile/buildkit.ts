import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { once } from "node:events";
import { promisify } from "node:util";
import { publishBaseImages } from "../support/base-images.ts";
import { startEngine } from "../support/engine.ts";
import { startRegistry } from "../support/registry.ts";

/** Files of a context by their paths: text, `{ link }` for a symbolic link. A path that ends in `/` is a directory. */
export type Tree = Readonly<Record<string, string | { readonly link: string }>>;

/** What the real BuildKit made of a build. */
export interface Built {
  /** The last lines of its output if the build failed. */
  readonly error?: string;
  /** `name:tag` of the images that it resolved, sorted, each once. */
  readonly resolved: readonly string[];
  /** The paths of the files, links and empty directories of the result, sorted. */
  readonly files: readonly string[];
}

/**
 * How a build's error begins that BuildKit refused, and no engine that is gone. It tells the refusal in two ways at once, and
 * buildx shows the one that arrives first.
 */
export const REFUSED = /failed to (solve|run Build function)/;

/** What a build is told. */
export interface BuildOptions {
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly contexts?: Readonly<Record<string, string>>;
  /** The Dockerfile's encoding; UTF-8 by default. */
  readonly encoding?: "latin1";
}

/** A BuildKit for which every image of every name exists; each is busybox. */
export interface BuildKit {
  build(dockerfile: string, context: Tree, options?: BuildOptions): Promise<Built>;
  stop(): Promise<void>;
}

/** Starts an engine and, in place of Docker Hub, a registry that notes what it is asked for. */
export async function startBuildKit(): Promise<BuildKit> {
  const registry = await startRegistry();
  await publishBaseImages(registry);
  const hub = await startHub(registry.url);
  const engine = await startEngine({ mirror: hub.url });
  return {
    build: async (dockerfile, context, options = {}) => {
      hub.asked.clear();
      const result = await inFolder((folder) => build(engine.host, folder, dockerfile, context, options));
      return { ...result, resolved: [...hub.asked].sort() };
    },
    stop: async () => {
      await engine.stop();
      hub.stop();
      await registry.stop();
    },
  };
}

/** Answers for every repository with what the registry has of busybox. */
async function startHub(registry: string) {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const [, name, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/([^?]+)/.exec(request.url ?? "") ?? [];
    if (kind === "manifests" && reference?.startsWith("sha256:") === false)
      asked.add(`${name ?? ""}:${reference}`);
    const wanted = kind === "manifests" && reference?.startsWith("sha256:") === false ? "1.36" : reference;
    const path = kind === undefined ? "/v2/" : `/v2/library/busybox/${kind}/${wanted ?? ""}`;
    void fetch(registry + path, {
      method: request.method ?? "GET",
      headers: accepted(request.headers.accept),
    }).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port ?? ""}`, asked, stop: () => server.close() };
}

function accepted(accept: string | undefined): Record<string, string> {
  return accept === undefined ? {} : { accept };
}

async function build(host: string, folder: string, dockerfile: string, context: Tree, options: BuildOptions) {
  const [source, output, file] = [
    join(folder, "context"),
    join(folder, "output"),
    join(folder, "Dockerfile"),
  ];
  const { target, args = {}, contexts = {}, encoding = "utf8" } = options;
  await mkdir(source);
  await plant(source, context);
  await writeFile(file, dockerfile, encoding);
  const flags = [
    ...(target === undefined ? [] : ["--target", target]),
    ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    ...Object.entries(contexts).flatMap(([name, value]) => ["--build-context", `${name}=${value}`]),
  ];
  const command = [
    "--host",
    host,
    "buildx",
    "build",
    "--file",
    file,
    "--output",
    `type=local,dest=${output}`,
  ];
  const failure = await docker([...command, "--progress", "plain", ...flags, source]);
  if (failure !== undefined) return { error: failure, files: [] };
  return { files: await listFiles(output) };
}

async function docker(args: readonly string[]): Promise<string | undefined> {
  try {
    await promisify(execFile)("docker", args);
    return undefined;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    return stderr.trim().split("\n").slice(-3).join("\n");
  }
}

/** Writes a tree into a folder. */
export async function plant(folder: string, tree: Tree): Promise<void> {
  for (const [path, content] of Object.entries(tree)) {
    const absolute = join(folder, path);
    if (path.endsWith("/")) await mkdir(absolute, { recursive: true });
    else {
      await mkdir(dirname(absolute), { recursive: true });
      await (typeof content === "string" ? writeFile(absolute, content) : symlink(content.link, absolute));
    }
  }
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`))).sort();
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "buildkit-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
