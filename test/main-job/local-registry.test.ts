import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-images.ts";
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
    [["registry"], /action|Not enough/],
    [["registry", "restart"], /restart/],
    [["registry", "stop", "--force"], /no --force/],
  ])("%j is a mistake that is explained", async (args, words) => {
    expect(await run(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(words) });
  });
});
