import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { publishBaseImages } from "../support/base-images.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-images.ts";
import { publishRegistryImage } from "../support/registry-image.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const MINUTE = 60_000;

let state: string;
let repository: Repository;
let environment: Readonly<Record<string, string>>;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), "state-"));
  environment = {
    ...GIT_ENVIRONMENT,
    DOCKER_HOST: "unix:///nowhere/docker.sock",
    NO_COLOR: "1",
    XDG_STATE_HOME: state,
    REGISTRY_HTTP_ADDR: "127.0.0.1:1",
  };
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: "r.example/team", images: { app: {} } }),
    "dockerfiles/app.Dockerfile": "FROM scratch\n",
  });
});
afterEach(async () => {
  await run("registry", "stop", "--delete");
  await repository.remove();
  await rm(state, { recursive: true });
});

const run = (...args: readonly string[]) => manageImages(repository.folder, args, environment);
const start = async () => (await run("registry", "start")).stdout.trim();
const push = (host: string) =>
  pushImage({ url: `http://${host}` }, "app", { platform: "linux/amd64" }, "latest");
const answers = (host: string) =>
  fetch(`http://${host}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

describe("the local registry", () => {
  it(
    "is started by the first run that wants it, and found by the next, with what it has",
    async () => {
      expect(await run("tags", "--registry", "local")).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^app +no tags$/m),
        stderr: "",
      });
      const host = await start();
      expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
      const digest = await push(host);
      const { stdout } = await run("tags", "--registry", "local");
      expect(stdout).toContain(digest.slice(0, 19));
      expect((await run("registry", "status")).stdout).toBe(
        `${host} running, in ${join(state, "manage-images/registry")}\n`,
      );
    },
    MINUTE,
  );

  it(
    "comes back at the same port with what it has, after it was stopped or died",
    async () => {
      const host = await start();
      const digest = await push(host);
      expect((await run("registry", "stop")).stdout).toMatch(/stopped; what it has stays in/);
      expect(await answers(host)).toBe(false);
      expect((await run("registry", "status", "--format", "json")).stdout).toMatch(/"running": false/);
      expect((await run("tags", "--registry", "local")).stdout).toContain(digest.slice(0, 19));
      expect(await start()).toBe(host);
      process.kill(Number(await readFile(join(state, "manage-images/registry/pid"), "utf8")), "SIGKILL");
      await waitUntil(async () => !(await answers(host)));
      expect((await run("registry", "status")).stdout).toContain(`${host} stopped`);
      expect((await run("tags", "--registry", "local")).stdout).toContain(digest.slice(0, 19));
    },
    MINUTE,
  );

  it(
    "is one, whoever starts it at the same time",
    async () => {
      const hosts = await Promise.all([start(), start(), start()]);
      expect(new Set(hosts).size).toBe(1);
      const [host] = hosts;
      expect(await answers(host)).toBe(true);
      await run("registry", "stop");
      expect(await answers(host)).toBe(false);
    },
    MINUTE,
  );

  it(
    "takes nobody else's program at its port for itself",
    async () => {
      const host = await start();
      await run("registry", "stop");
      const other = createServer((_, response) => response.end("{}")).listen(
        Number(host.split(":")[1]),
        "127.0.0.1",
      );
      await once(other, "listening");
      const taken = await run("registry", "start");
      other.closeAllConnections();
      other.close();
      expect(taken).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringContaining("another program"),
      });
      expect(await run("registry", "stop")).toMatchObject({ exitCode: 0 });
    },
    MINUTE,
  );

  it("is gone with all that it had when it is deleted, or was never there", async () => {
    const host = await start();
    await push(host);
    expect((await run("registry", "stop", "--delete")).stdout).toMatch(/deleted with all that it had/);
    expect(await answers(host)).toBe(false);
    expect(await readdir(join(state, "manage-images"))).toEqual([]);
    expect((await run("registry", "stop")).stdout).toBe("There is none.\n");
    expect((await run("registry", "status")).stdout).toBe("There is none.\n");
  });

  it("says what is needed where its program is not installed", async () => {
    const ran = await manageImages(repository.folder, ["registry", "start"], {
      ...environment,
      PATH: "/nowhere",
    });
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("apt-get install docker-registry"),
    });
  });

  it.each([
    [["registry", "start", "--registry-image", "Not An Image"], /no name of an image/],
    [["registry"], /action|Not enough/],
    [["registry", "restart"], /restart/],
    [["registry", "stop", "--force"], /no --force/],
  ])("%j is a mistake that is explained", async (args, words) => {
    expect(await run(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(words) });
  });
});

describe("where its program is not installed, the local registry", () => {
  const LABEL = "label=manage-images=registry";
  let hub: LocalRegistry;
  let engine: Engine;
  beforeAll(async () => {
    hub = await startRegistry();
    await publishBaseImages(hub);
    await publishRegistryImage(hub);
    engine = await startEngine({ mirror: hub.url, publishes: true });
  }, 2 * MINUTE);
  afterAll(async () => {
    await engine.stop();
    await hub.stop();
  }, MINUTE);

  beforeEach(async () => {
    const { stdout } = await promisify(execFile)("which", ["git"]);
    await mkdir(join(state, "bin"));
    await symlink(stdout.trim(), join(state, "bin/git"));
    environment = { ...environment, DOCKER_HOST: engine.host, PATH: join(state, "bin") };
  });

  async function docker(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("docker", ["--host", engine.host, ...args]);
    return stdout.trim();
  }

  it(
    "is a container, to which a run pushes, and keeps what it has when it is stopped, killed or deleted with others",
    async () => {
      const started = await run("registry", "start");
      expect(started).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^127\.0\.0\.1:\d+\n$/),
      });
      const host = started.stdout.trim();
      const published = await docker("ps", "--filter", LABEL, "--format", "{{.Image}} {{.Ports}}");
      expect(published).toBe(`registry:3 ${host}->5000/tcp`);
      await repository.write({ "dockerfiles/app.Dockerfile": "FROM busybox:1.36\nRUN echo app >/app\n" });
      expect(await run("--registry", "local", "--image", "all")).toMatchObject({ exitCode: 0 });
      const listed = (await run("tags", "--registry", "local")).stdout;
      expect(listed).toMatch(/^app +latest +\S+ +as in the lockfile$/m);

      expect((await run("registry", "stop")).stdout).toMatch(
        /the engine's volume manage-images-registry-\w+$/m,
      );
      expect(await docker("ps", "--all", "--quiet", "--filter", LABEL)).toBe("");
      await docker("system", "prune", "--force", "--volumes");
      expect((await run("tags", "--registry", "local")).stdout).toBe(listed);
      await docker("kill", await docker("ps", "--quiet", "--filter", LABEL));
      await waitUntil(async () => !(await answers(host)));
      expect((await run("registry", "status", "--format", "json")).stdout).toMatch(/"running": false/);
      expect((await run("tags", "--registry", "local")).stdout).toBe(listed);

      const id = await docker("inspect", "--format", "{{.Id}}", await docker("ps", "-q", "--filter", LABEL));
      expect((await run("registry", "stop", "--delete")).exitCode).toBe(0);
      expect(await docker("ps", "--all", "--quiet", "--no-trunc")).not.toContain(id);
      expect(await docker("volume", "ls", "--quiet", "--filter", LABEL)).toBe("");
    },
    3 * MINUTE,
  );

  it(
    "is one, whoever starts it at the same time",
    async () => {
      const hosts = await Promise.all([start(), start(), start()]);
      expect(new Set(hosts).size).toBe(1);
      expect((await docker("ps", "--quiet", "--filter", LABEL)).split("\n")).toHaveLength(1);
    },
    MINUTE,
  );

  it(
    "is run from the image that is named, and stays with it",
    async () => {
      await docker("pull", "--quiet", "registry:3");
      await docker("tag", "registry:3", "mirror.example/distribution:own");
      const image = "mirror.example/distribution:own";
      const before = environment;
      environment = { ...before, MANAGE_IMAGES_REGISTRY_IMAGE: image };
      expect(await run("tags", "--registry", "local")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await docker("ps", "--filter", LABEL, "--format", "{{.Image}}")).toBe(image);
      environment = before;
      const other = await run("registry", "start", "--registry-image", "registry:3");
      expect(other).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/runs from mirror\.example[^]*manage-images registry stop/),
      });
      await run("registry", "stop");
      expect(await run("registry", "start", "--registry-image", "registry:3")).toMatchObject({ exitCode: 0 });
      expect(await docker("ps", "--filter", LABEL, "--format", "{{.Image}}")).toBe("registry:3");
    },
    2 * MINUTE,
  );

  it.each([
    [
      "127.0.0.1:9/registry:3",
      /cannot be run: 127\.0\.0\.1:9\/registry:3 could not be pulled[^]*apt-get install/,
    ],
    ["busybox:1.36", /does not start\.[^]*busybox:1\.36 must be CNCF Distribution's/],
  ])(
    "is an error that says what to do where it cannot be run from %s",
    async (image, words) => {
      const ran = await run("registry", "start", "--registry-image", image);
      expect(ran).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringMatching(words) });
      expect(await docker("ps", "--all", "--quiet", "--filter", LABEL)).toBe("");
    },
    MINUTE,
  );
});
