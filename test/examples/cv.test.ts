import { execFile } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import { describeExample, json } from "./describe-example.ts";

const MINUTES = 60_000;
const run = promisify(execFile);

const CV = {
  name: "cv",
  registry: "localhost:5000/cv",
  images: ["base", "inference", "training"],
  change: {
    file: "training/train",
    from: "(day + night) / 2",
    to: "(day + 2 * night) / 3",
    image: "training",
    reasons: {
      training: [{ why: "context-changed", paths: ["training/train"] }],
      inference: [{ why: "dependency-changed", dependencies: ["training"] }],
    },
    pinned: ["compose.yaml", "docker/inference.Dockerfile"],
  },
} as const;

describeExample(CV, (built) => {
  it("has nothing that the linter finds", async () => {
    expect(await json(built.place, built.repository, "lint")).toEqual({ violations: [] });
  });

  it(
    "has a service that is healthy and not root, by the image that its compose file pins",
    async () => {
      const compose = (await built.repository.read("compose.yaml")).toString();
      const pin = /image: (\S+inference:latest@sha256:\w+)/.exec(compose)?.[1] ?? "";
      const docker = async (...args: readonly string[]) =>
        (await run("docker", ["--host", built.place.engine.host, ...args])).stdout.trim();
      const id = await docker("run", "--detach", "--network=none", "--read-only", pin);
      const health = () => docker("inspect", "--format={{.State.Health.Status}}", id);
      expect(await untilKnown(health)).toBe("healthy");
      expect(await docker("exec", id, "id", "-u")).toBe("10001");
      await docker("rm", "--force", id);
    },
    3 * MINUTES,
  );
});

async function untilKnown(health: () => Promise<string>): Promise<string> {
  let found = await health();
  for (; found === "starting"; found = await health()) await pause(200);
  return found;
}
