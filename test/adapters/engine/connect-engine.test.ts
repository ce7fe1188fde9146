import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { connectEngine } from "../../../src/adapters/engine/connect-engine.ts";
import { openRegistries } from "../../../src/adapters/registries/distribution.ts";
import { parseReference } from "../../../src/model/reference.ts";
import type { ImageTest } from "../../../src/model/image.ts";
import type { BuildRequest } from "../../../src/ports.ts";
import {
  anonymous,
  docker,
  engineWorldForTests,
  listen,
  requestOf,
  STORES,
  withContext,
} from "./engine-world.ts";

const MINUTE = 60_000;

describe.each(STORES)("an engine with the %s store", (store) => {
  const world = engineWorldForTests(store);

  const named = (name: string) => `${world.registry.host}/${name}:latest`;

  /** Builds, and answers what a command prints in the image. */
  async function run(request: BuildRequest, ...command: readonly string[]): Promise<string> {
    await world.builder.build(request, listen().attention);
    return docker(world.engine, "run", "--rm", "--network", "none", request.names[0] ?? "", ...command);
  }

  it(
    "builds, names and pushes an image, whose digest the registry then answers",
    async () => {
      const names = [named("team/first"), named("team/second")];
      const { attention, lines, steps } = listen();
      await withContext({ greeting: "hello\n" }, async (folder) => {
        const dockerfile = "FROM busybox:1.36\nCOPY greeting /\nRUN cat /greeting\n";
        await world.builder.build(await requestOf(folder, dockerfile, { names }), attention);
      });
      expect(steps).toContain("[3/3] RUN cat /greeting");
      expect(lines).toContainEqual(expect.stringMatching(/^#\d+ \[3\/3\] RUN cat \/greeting$/));
      expect(lines).toContainEqual(expect.stringMatching(/^#\d+ \d+\.\d{3} hello$/));
      const registries = openRegistries(anonymous);
      for (const name of names) {
        const reference = parseReference(name) ?? { name };
        await expect(registries.resolve(reference)).resolves.toBeUndefined();
        const pushed = await world.builder.push(name, listen().attention);
        const digest = await registries.resolve(reference);
        expect(digest).toMatch(/^sha256:/);
        expect(pushed ?? digest).toBe(digest);
      }
    },
    MINUTE,
  );

  it.each(["known", "unknown"])(
    "may be asked again to push a name that was taken away (%s repository)",
    async (repository) => {
      const name = (tag: string) => `${world.registry.host}/taken-away/${repository}:${tag}`;
      await withContext({}, async (folder) => {
        const names = [repository === "known" ? name("kept") : named("other")];
        const request = await requestOf(folder, "FROM scratch\nLABEL a=b\n", { names });
        await world.builder.build(request, listen().attention);
      });
      const push = world.builder.push(name("gone"), listen().attention);
      await expect(push).rejects.toMatchObject({ name: "UserError", isTransient: true });
    },
    MINUTE,
  );

  it(
    "runs tests in an image, tells what they write, and leaves no container",
    async () => {
      const name = named("tested");
      const test = {
        command: ["sh", "-c", "echo out; echo err >&2; exit 5"],
        network: "none",
        timeout: 100,
      } as const;
      const { attention, lines } = listen();
      await withContext({}, async (folder) => {
        const request = await requestOf(folder, "FROM busybox:1.36\n", { names: [name] });
        await world.builder.build(request, listen().attention);
      });
      const run = (changes: Partial<ImageTest>) =>
        world.builder.test(name, "linux/amd64", { ...test, ...changes }, attention);
      await expect(run({})).resolves.toEqual({ kind: "exited", code: 5 });
      expect(lines.toSorted()).toEqual(["err", "out"]);
      await expect(run({ entrypoint: ["/bin/nothing"] })).resolves.toMatchObject({
        kind: "not-started",
        why: expect.stringContaining("/bin/nothing"),
      });
      await expect(run({ command: ["sleep", "1000"], timeout: 0.1 })).resolves.toEqual({ kind: "timed-out" });
      while ((await docker(world.engine, "ps", "--all", "--quiet")) !== "") await sleep(50);
      await expect(run({ command: ["seq", "100000"] })).resolves.toEqual({ kind: "exited", code: 0 });
      expect(lines.slice(-100_000).at(0)).toBe("1");
      expect(lines.at(-1)).toBe("100000");
    },
    MINUTE,
  );

  it(
    "puts the context into the image as it is, and nothing else",
    async () => {
      const files = {
        ".dockerignore": "plain\n",
        Dockerfile: "FROM what-the-working-tree-has\n",
        empty: null,
        link: { to: "sub/tool" },
        nowhere: { to: "/does/not/exist" },
        plain: "text",
        "sub/tool": { program: "#!/bin/sh\necho works\n" },
        "sub/ümläut and a space": "",
        [`${"long/".repeat(30)}name`]: "deep",
      };
      await withContext(files, async (folder) => {
        const request = await requestOf(folder, "FROM busybox:1.36\nCOPY . /all/\n", {
          names: [named("context")],
        });
        const found = await run(
          request,
          "sh",
          "-c",
          "cd /all && find . ! -path './long*' | sort && ls -ld link && sub/tool",
        );
        const listing = found.split("\n");
        expect(listing.slice(0, 10)).toEqual([
          ".",
          "./.dockerignore",
          "./Dockerfile",
          "./empty",
          "./link",
          "./nowhere",
          "./plain",
          "./sub",
          "./sub/tool",
          "./sub/ümläut and a space",
        ]);
        expect(listing[10]).toMatch(/link -> sub\/tool$/);
        expect(listing[11]).toBe("works");
        const written = await docker(
          world.engine,
          "run",
          "--rm",
          "--network",
          "none",
          named("context"),
          "cat",
          "/all/Dockerfile",
        );
        expect(written).toBe("FROM what-the-working-tree-has");
      });
    },
    MINUTE,
  );

  it(
    "makes the same layers of another clone's files, whatever their times and modes",
    async () => {
      const layers: string[] = [];
      const clones = [
        { modified: new Date("2001-02-03"), mode: 0o600 },
        { modified: new Date("2024-05-06"), mode: 0o664 },
      ];
      for (const [index, clone] of clones.entries()) {
        const name = named(`clone${index}`);
        const files = { "app/data": "the same", "app/tool": { program: "#!/bin/sh\n" } };
        const build = async (folder: string) => {
          const dockerfile = "FROM scratch\nCOPY app/data app/tool /\n";
          const request = await requestOf(folder, dockerfile, { names: [name], noCache: true });
          await world.builder.build(request, listen().attention);
        };
        await withContext(files, build, clone);
        layers.push(
          await docker(world.engine, "image", "inspect", "--format", "{{json .RootFS.Layers}}", name),
        );
      }
      expect(layers[0]).toMatch(/sha256:/);
      expect(layers[1]).toBe(layers[0]);
    },
    MINUTE,
  );

  it(
    "takes a file that changed without changing its size for changed",
    async () => {
      const printed: string[] = [];
      for (const text of ["one", "two"]) {
        await withContext({ file: text }, async (folder) => {
          const dockerfile = "FROM busybox:1.36\nCOPY file /\n";
          printed.push(
            await run(await requestOf(folder, dockerfile, { names: [named("same-size")] }), "cat", "/file"),
          );
        });
      }
      expect(printed).toEqual(["one", "two"]);
    },
    MINUTE,
  );

  it(
    "passes target, arguments and labels on",
    async () => {
      const dockerfile = [
        "FROM busybox:1.36 AS wanted",
        "ARG GREETING",
        "RUN echo $GREETING > /greeting",
        "FROM wanted",
        "RUN false",
      ].join("\n");
      await withContext({}, async (folder) => {
        const rest = { target: "wanted", args: { GREETING: "good day" }, labels: { "org.example": "a b" } };
        const request = await requestOf(folder, dockerfile, { ...rest, names: [named("options")] });
        expect(await run(request, "cat", "/greeting")).toBe("good day");
      });
      const format = '{{index .Config.Labels "org.example"}}';
      expect(await docker(world.engine, "image", "inspect", "--format", format, named("options"))).toBe(
        "a b",
      );
    },
    MINUTE,
  );

  it(
    "says which step failed, and why",
    async () => {
      const { attention, lines } = listen();
      await withContext({}, async (folder) => {
        const dockerfile = "FROM busybox:1.36\nRUN echo out of luck; exit 7\n";
        const request = await requestOf(folder, dockerfile, { names: [named("failing")] });
        await expect(world.builder.build(request, attention)).rejects.toMatchObject({
          name: "UserError",
          message: expect.stringMatching(
            /sample failed at \[2\/2\] RUN echo out of luck; exit 7: .*exit code: 7/,
          ),
        });
      });
      expect(lines).toContainEqual(expect.stringMatching(/out of luck$/));
    },
    MINUTE,
  );

  it(
    "fails on a file that changes while it is sent",
    async () => {
      await withContext({ growing: "small" }, async (folder) => {
        const dockerfile = "FROM busybox:1.36\nCOPY growing /\n";
        const request = await requestOf(folder, dockerfile, { names: [named("growing")] });
        await appendFile(join(folder, "growing"), " no more");
        await expect(world.builder.build(request, listen().attention)).rejects.toMatchObject({
          name: "UserError",
          message: "growing changed while the build context was being sent.",
        });
      });
    },
    MINUTE,
  );

  it(
    "ends its work when it is told to",
    async () => {
      const abort = new AbortController();
      const { attention, lines } = listen(abort.signal);
      await withContext({}, async (folder) => {
        const dockerfile = "FROM busybox:1.36\nRUN echo begun; sleep 86399\n";
        const request = await requestOf(folder, dockerfile, { names: [named("endless")] });
        const build = world.builder.build(request, attention);
        build.catch(() => undefined);
        while (!lines.some((line) => line.endsWith(" begun"))) await sleep(10);
        abort.abort(new Error("enough"));
        await expect(build).rejects.toThrow("enough");
      });
      while (await isRunning("sleep 86399")) await sleep(10);
      await expect(docker(world.engine, "image", "inspect", named("endless"))).rejects.toThrow();
    },
    MINUTE,
  );
});

it("no engine where it is said to be is told with a remedy", async () => {
  await expect(
    connectEngine({ DOCKER_HOST: "unix:///nowhere/docker.sock" }, anonymous),
  ).rejects.toMatchObject({
    name: "UserError",
    message: "No Docker engine answers at unix:///nowhere/docker.sock (ENOENT).",
    remedy: expect.stringContaining("DOCKER_HOST"),
  });
});

/** Whether a process of this machine has the command line. */
async function isRunning(command: string): Promise<boolean> {
  const pgrep = spawn("pgrep", ["-fx", command], { stdio: "ignore" });
  const [code] = (await once(pgrep, "exit")) as [number];
  return code === 0;
}
