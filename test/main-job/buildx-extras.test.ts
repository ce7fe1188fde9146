import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { makeBuilders, type Builders } from "../support/builders.ts";
import { manageImages, startManageImages } from "../support/manage-images.ts";
import { commitAll, makeRepository, type Content, type Repository } from "../support/repository.ts";
import { manifestOf, runIn } from "./images.ts";
import { placeForTests, prefixOf } from "./sample.ts";

const run = promisify(execFile);
const MINUTES = 60_000;
const BOTH = ["linux/amd64", "linux/arm64"];
const SPDX = "https://spdx.dev/Document";

describe("of what only buildx has", () => {
  const place = placeForTests("containerd");
  let builders: Builders;
  let repository: Repository;

  beforeAll(async () => {
    builders = await makeBuilders();
    await builders.addRemote("fleet", place.engine);
  }, MINUTES);

  afterEach(() => repository.remove());

  afterAll(() => builders.remove(), MINUTES);

  async function make(test: string, images: object, files: (prefix: string) => Record<string, Content>) {
    const prefix = prefixOf(place.registry.host, test);
    repository = await makeRepository({
      "images.config.json": JSON.stringify({ registry: prefix, images }),
      ...files(prefix),
    });
    return prefix;
  }

  function environment(more: Readonly<Record<string, string>> = {}) {
    return { ...place.environment, ...builders.environment, ...more };
  }

  async function build(args: readonly string[], more?: Readonly<Record<string, string>>): Promise<RunResult> {
    const ran = await manageImages(repository.folder, [...args, "--format", "json"], environment(more));
    expect(ran).toMatchObject({ exitCode: 0 });
    return JSON.parse(ran.stdout) as RunResult;
  }

  it.each(["fleet", "default"])(
    "secrets from files, the environment and arguments are in no layer, log or argument list: %s",
    async (builder) => {
      const values = ["from-a-file-5f0c", "from-the-environment-9b1d", "from-an-argument-77aa"];
      const images = {
        app: {
          builder,
          secrets: { file: { file: "secret.txt" }, variable: { env: "BUILD_SECRET" } },
          args: { API_TOKEN: values[2] },
        },
      };
      const prefix = await make(`secrets-${builder}`, images, () => ({
        "dockerfiles/app.Dockerfile": [
          "FROM busybox:1.36",
          "ARG API_TOKEN",
          "RUN --mount=type=secret,id=file --mount=type=secret,id=variable sleep 3 && \\",
          "    cat /run/secrets/file /run/secrets/variable | wc -c >/length",
          "",
        ].join("\n"),
        ".gitignore": "secret.txt\n",
        ".dockerignore": "*\n",
      }));
      await repository.write({ "secret.txt": values[0] ?? "" });
      const started = startManageImages(
        repository.folder,
        ["--image", "app", "--format", "json"],
        environment({ BUILD_SECRET: values[1] ?? "" }),
      );
      const seen = new Set<string>();
      while (started.child.exitCode === null) {
        for (const line of await argumentLists()) seen.add(line);
        await sleep(100);
      }
      const ran = await started.ended;
      expect(ran).toMatchObject({ exitCode: 0 });
      // The engine's own BuildKit is asked without a program.
      const programs = [...seen].filter(
        (line) => line.includes("buildx") && line.includes(repository.folder),
      );
      expect(programs.length > 0).toBe(builder === "fleet");
      const { digest = "" } = (JSON.parse(ran.stdout) as RunResult).images["app"] ?? {};
      const blobs = await blobsOf(`${prefix}/app`, digest);
      expect(blobs.some(has("/length"))).toBe(true);
      const logs = (await filesBelow(join(repository.folder, ".git/manage-images"))).join("\n");
      expect(logs).toContain("sleep 3");
      for (const value of values.slice(0, 2))
        expect([value, [...blobs, ...seen, logs, ran.stdout, ran.stderr].some(has(value))]).toEqual([
          value,
          false,
        ]);
      expect([...seen, ran.stdout, ran.stderr].some(has(values[2] ?? ""))).toBe(false);
    },
    4 * MINUTES,
  );

  it.each(["fleet", "default"])(
    "the user's SSH agent is there while a step runs that asks for it: %s",
    async (builder) => {
      const folder = await mkdtemp(join(tmpdir(), "agent-"));
      const agent = createServer().listen(join(folder, "agent.sock"));
      try {
        await once(agent, "listening");
        await make(`ssh-${builder}`, { app: { builder, ssh: ["default"] } }, () => ({
          "dockerfiles/app.Dockerfile":
            'FROM busybox:1.36\nRUN --mount=type=ssh [ -S "$SSH_AUTH_SOCK" ]\nRUN [ -z "$SSH_AUTH_SOCK" ]\n',
        }));
        const { images } = await build(["--image", "app"], { SSH_AUTH_SOCK: join(folder, "agent.sock") });
        expect(images).toMatchObject({ app: { outcome: "built" } });
      } finally {
        agent.close();
        await rm(folder, { recursive: true });
      }
    },
    4 * MINUTES,
  );

  it.each(["fleet", "default"])(
    "annotations are on the index and on each of its images: %s",
    async (builder) => {
      const annotations = { "org.opencontainers.image.title": "An app" };
      const images = { app: { platforms: BOTH, annotations }, single: { annotations } };
      const prefix = await make(`annotations-${builder}`, images, () => ({
        "dockerfiles/app.Dockerfile": "FROM busybox:1.36\nCOPY file /\n",
        "dockerfiles/single.Dockerfile": "FROM busybox:1.36\nCOPY file /\n",
        file: "1",
      }));
      await build(["--image", "all", "--builder", builder]);
      const index = await manifestOf(place, `${prefix}/app`, "latest");
      expect(index).toMatchObject({ annotations, platforms: BOTH });
      for (const { digest } of index.manifests)
        expect(await manifestOf(place, `${prefix}/app`, digest)).toMatchObject({ annotations });
      expect(await manifestOf(place, `${prefix}/single`, "latest")).toMatchObject({ annotations });
    },
    4 * MINUTES,
  );

  it(
    "a bill of materials goes with the image, and the provenance",
    async () => {
      await publishScanner();
      const prefix = await make("attested", { app: { sbom: true, provenance: "min" } }, () => ({
        "dockerfiles/app.Dockerfile": "FROM busybox:1.36\nCOPY file /\n",
        file: "1",
      }));
      const { images } = await build(["--image", "app", "--builder", "fleet"]);
      const index = await manifestOf(place, `${prefix}/app`, images["app"]?.digest ?? "");
      expect(index.platforms).toEqual(["linux/amd64", "unknown/unknown"]);
      const statements = await blobsOf(`${prefix}/app`, index.manifests[1]?.digest ?? "");
      for (const kind of [SPDX, "https://slsa.dev/provenance"])
        expect([kind, statements.some(has(kind))]).toEqual([kind, true]);
    },
    4 * MINUTES,
  );

  it(
    "reproducible images that a remote builder pushes have the same digest in another clone",
    async () => {
      const digests: (string | undefined)[] = [];
      for (const clone of ["one", "two"]) {
        await place.registry.forget("again");
        const files = (): Record<string, Content> => ({
          "dockerfiles/app.Dockerfile":
            "FROM busybox:1.36\nRUN date >/dev/null && mkdir /made\nCOPY file /made/\n",
          file: "1",
          ".dockerignore": "*\n!file\n",
        });
        if (clone === "two") await repository.remove();
        await make("again", { app: { platforms: ["linux/amd64"], reproducible: true } }, files);
        await repository.write({ README: clone });
        await commitAll(repository, clone);
        const { images } = await build(["--image", "app", "--builder", "fleet", "--no-cache"]);
        expect(images).toMatchObject({ app: { outcome: "built" } });
        digests.push(images["app"]?.digest);
        await sleep(1100);
      }
      expect(digests[0]).toMatch(/^sha256:/);
      expect(digests[1]).toBe(digests[0]);
    },
    4 * MINUTES,
  );

  async function docker(...args: readonly string[]): Promise<string> {
    const { stdout } = await run("docker", args, { env: { ...process.env, ...environment() } });
    return stdout.trim();
  }

  /** Makes of this machine's busybox what BuildKit runs to find out what is in an image: it finds nothing. */
  async function publishScanner(): Promise<void> {
    const statement = JSON.stringify({
      _type: "https://in-toto.io/Statement/v0.1",
      predicateType: SPDX,
      predicate: { SPDXID: "SPDXRef-DOCUMENT", spdxVersion: "SPDX-2.3", packages: [] },
    });
    const scan = 'cp /statement "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"';
    const files = {
      statement,
      Dockerfile: `FROM busybox:1.36\nCOPY statement /\nENTRYPOINT ["sh", "-c", ${JSON.stringify(scan)}]\n`,
    };
    const name = `${place.registry.host}/docker/buildkit-syft-scanner:stable-1`;
    await withFolder(files, (folder) =>
      docker("buildx", "build", "--builder", "fleet", "--quiet", "--push", "--tag", name, folder),
    );
  }

  /** The configuration and layers of a manifest, uncompressed, as text. */
  async function blobsOf(name: string, digest: string): Promise<readonly string[]> {
    const base = `${place.registry.url}/v2/${name.slice(name.indexOf("/") + 1)}`;
    const accept =
      "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
    const manifest = (await (await fetch(`${base}/manifests/${digest}`, { headers: { accept } })).json()) as {
      readonly config: { readonly digest: string };
      readonly layers: readonly { readonly digest: string }[];
    };
    const parts = [manifest.config, ...manifest.layers].map(async (part) => {
      const bytes = Buffer.from(await (await fetch(`${base}/blobs/${part.digest}`)).arrayBuffer());
      return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("latin1");
    });
    return Promise.all(parts);
  }
});

describe("an engine with a storage driver", () => {
  const place = placeForTests("overlay2");
  let repository: Repository;

  afterEach(() => repository.remove());

  async function make(test: string, image: object, dockerfile: string) {
    const prefix = prefixOf(place.registry.host, test);
    repository = await makeRepository({
      "images.config.json": JSON.stringify({ registry: prefix, images: { app: image } }),
      "dockerfiles/app.Dockerfile": dockerfile,
    });
    return prefix;
  }

  it(
    "builds on what it has, and with --pull on what the tag points at now",
    async () => {
      const base = `${place.registry.host}/pulled/base:1`;
      const name = (text: string) =>
        withFolder({ Dockerfile: `FROM busybox:1.36\nLABEL is=${text}\n` }, (folder) =>
          runIn(place, "buildx", "build", "--quiet", "--tag", base, folder),
        );
      const prefix = await make("pull", { contexts: { nothing: "." } }, `FROM ${base}\n`);
      const isOn = async (...flags: readonly string[]) => {
        const ran = await place.run(repository, "--image", "app", "--force", ...flags);
        expect(ran).toMatchObject({ exitCode: 0 });
        await runIn(place, "pull", "--quiet", `${prefix}/app:latest`);
        return runIn(place, "image", "inspect", "--format", "{{.Config.Labels.is}}", `${prefix}/app:latest`);
      };
      await name("theirs");
      await runIn(place, "push", "--quiet", base);
      await name("here");
      expect(await isOn()).toBe("here");
      expect(await isOn("--pull")).toBe("theirs");
    },
    4 * MINUTES,
  );

  it(
    "refuses annotations, which it would lose",
    async () => {
      await make("lost", { annotations: { a: "b" } }, "FROM busybox:1.36\nRUN true\n");
      const ran = await place.run(repository, "--image", "app");
      expect(ran).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("app has annotations, which the engine that builds it cannot keep."),
      });
    },
    2 * MINUTES,
  );
});

function has(text: string): (where: string) => boolean {
  return (where) => where.includes(text);
}

/** The arguments of every process of the machine. */
async function argumentLists(): Promise<readonly string[]> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lists = processes.map((id) => readFile(`/proc/${id}/cmdline`, "latin1").catch(() => ""));
  return (await Promise.all(lists)).map((list) => list.replaceAll("\0", " "));
}

/** The contents of all files of a folder. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "latin1")));
}

/** Calls something with a folder that has these files while it runs. */
async function withFolder<Result>(
  files: Readonly<Record<string, string>>,
  act: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "files-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
