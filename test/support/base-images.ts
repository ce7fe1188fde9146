import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, gzipSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { LocalRegistry } from "./registry.ts";

/** The image that tests and demo build on. */
export const BASE_IMAGE = "busybox:1.36";

const BUSYBOX = "/bin/busybox";
const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = "application/vnd.docker.container.image.v1+json";
const LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const LONG_AGO = new Date(0);
/** What containers have files and directories mounted on is there: each image would otherwise get it, with the time. */
const DIRECTORIES = { bin: 0o755, dev: 0o755, etc: 0o755, proc: 0o755, root: 0o700, sys: 0o755, tmp: 0o1777 };
const FILES = {
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  "etc/group": "root:x:0:\nnobody:x:65534:\n",
  "etc/hosts": "",
  "etc/resolv.conf": "",
};
/** Docker's names of the architectures that Node names otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/**
 * Puts a stand-in for Docker Hub's `busybox:1.36` into a registry: this machine's static busybox, as the same bytes each
 * time. An engine whose mirror the registry is then builds `FROM busybox:1.36` without a network.
 */
export async function publishBaseImages(registry: Pick<LocalRegistry, "url">): Promise<void> {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  await publishLayer(registry, BASE_IMAGE, await busyboxLayer(), { Cmd: ["sh"], Env: [`PATH=${path}`] });
}

/** Puts an image of one layer into a registry, in the place of Docker Hub's `name:tag`. */
export async function publishLayer(
  registry: Pick<LocalRegistry, "url">,
  image: string,
  layer: Buffer,
  its: object,
): Promise<void> {
  const [name = "", tag = ""] = image.split(":");
  const archive = gzipSync(layer, { level: constants.Z_BEST_SPEED });
  const config = Buffer.from(JSON.stringify(imageConfig(layer, its)));
  const repository = `${registry.url}/v2/library/${name}`;
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: await upload(repository, CONFIG, config),
    layers: [await upload(repository, LAYER, archive)],
  };
  const body = JSON.stringify(manifest);
  await send(`${repository}/manifests/${tag}`, {
    method: "PUT",
    headers: { "content-type": MANIFEST },
    body,
  });
}

function imageConfig(layer: Buffer, config: object): object {
  return {
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    history: [{ created: LONG_AGO.toISOString(), created_by: "tests" }],
  };
}

/** A root file system: busybox, a link for each of its commands, and what programs expect to be there. */
async function busyboxLayer(): Promise<Buffer> {
  const tar = pack();
  for (const [name, mode] of Object.entries(DIRECTORIES)) {
    tar.entry({ name, type: "directory", mode, mtime: LONG_AGO });
  }
  for (const [name, text] of Object.entries(FILES)) tar.entry({ name, mtime: LONG_AGO }, text);
  tar.entry({ name: "bin/busybox", mode: 0o755, mtime: LONG_AGO }, await readFile(BUSYBOX));
  for (const command of await busyboxCommands()) {
    tar.entry({ name: `bin/${command}`, type: "symlink", linkname: "busybox", mtime: LONG_AGO });
  }
  tar.finalize();
  return buffer(tar);
}

async function busyboxCommands(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(BUSYBOX, ["--list"]);
  return stdout
    .trim()
    .split("\n")
    .filter((command) => command !== "busybox");
}

/** Pushes a blob that is not there yet and gives its descriptor (https://github.com/opencontainers/distribution-spec, "Pushing blobs"). */
export async function upload(repository: string, mediaType: string, body: Buffer): Promise<object> {
  const digest = digestOf(body);
  const described = { mediaType, size: body.length, digest };
  if ((await fetch(`${repository}/blobs/${digest}`, { method: "HEAD" })).ok) return described;
  const started = await send(`${repository}/blobs/uploads/`, { method: "POST" });
  const location = new URL(started.headers.get("location") ?? "", repository);
  location.searchParams.set("digest", digest);
  await send(location.href, { method: "PUT", headers: { "content-type": "application/octet-stream" }, body });
  return described;
}

/** Sends a request; an answer that is no success is an error. */
export async function send(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${request.method ?? "GET"} ${url}: ${response.status} ${text}`);
  return response;
}

/** The digest of bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
