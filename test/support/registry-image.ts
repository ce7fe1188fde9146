import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { pack } from "tar-stream";
import { publishLayer } from "./base-images.ts";
import type { LocalRegistry } from "./registry.ts";

const PROGRAM = "/usr/bin/docker-registry";
const LONG_AGO = new Date(0);
/** As in Docker Hub's. */
const CONFIGURATION = `version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
`;

/** Puts a stand-in for Docker Hub's `registry:3` into a registry: this machine's program, with the libraries that it needs. */
export async function publishRegistryImage(registry: LocalRegistry): Promise<void> {
  const { stdout } = await promisify(execFile)("ldd", [PROGRAM]);
  const libraries = [...stdout.matchAll(/(?<path>\/\S+) \(0x/g)].map(({ groups }) => groups?.["path"] ?? "");
  const tar = pack();
  for (const path of [PROGRAM, ...libraries])
    tar.entry({ name: path.slice(1), mode: 0o755, mtime: LONG_AGO }, await readFile(path));
  tar.entry({ name: "etc/docker/registry/config.yml", mtime: LONG_AGO }, CONFIGURATION);
  tar.entry({ name: "tmp", type: "directory", mode: 0o1777, mtime: LONG_AGO });
  tar.finalize();
  await publishLayer(registry, "registry:3", await buffer(tar), {
    Entrypoint: [PROGRAM, "serve"],
    Cmd: ["/etc/docker/registry/config.yml"],
    ExposedPorts: { "5000/tcp": {} },
    Volumes: { "/var/lib/registry": {} },
  });
}
