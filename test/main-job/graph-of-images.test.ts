import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "@jest/globals";
import { openRegistries } from "../../src/adapters/registries/distribution.ts";
import { parseReference } from "../../src/model/reference.ts";
import type { RunResult } from "../../src/model/run.ts";
import type { Repository } from "../support/repository.ts";
import { makeSample, placeForTests, ZERO, type Place } from "./sample.ts";

const MINUTES = 60_000;
const PIN = /[\w.:/-]+@sha256:[0-9a-f]{64}/g;
const ALL = ["base", "left", "right", "tools", "top"];
const run = promisify(execFile);

describe.each(["overlay2", "containerd"] as const)("a graph of images, built with the %s store", (store) => {
  const place = placeForTests(store);
  let repository: Repository;

  afterEach(() => repository.remove());

  it(
    "is built, pushed, pinned in every file, and committed",
    async () => {
      const sample = await makeSample(place, "whole");
      repository = sample.repository;
      const ran = await place.run(repository, "--image", "all", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });

      const result = JSON.parse(ran.stdout) as RunResult;
      expect(Object.keys(result.images).toSorted()).toEqual(ALL);
      expect(Object.values(result.images).map(({ outcome, pushed }) => [outcome, pushed])).toEqual(
        ALL.map(() => ["built", true]),
      );
      expect(result.commit).toBe(await repository.git("rev-parse", "HEAD"));
      expect(await repository.git("status", "--porcelain")).toBe("");

      const pins = await pinsIn(repository, sample.prefix);
      expect(pins).toHaveLength(10);
      await everyPinIsTheRegistrys(pins, result);
      await everyPinCanBePulled(place, pins);
      await childrenStandOnParents(place, result, sample.prefix);
      expect(await repository.git("show", "HEAD:docs/images.md")).toContain(
        `${sample.prefix}/left-arm64@${ZERO}`,
      );
    },
    4 * MINUTES,
  );

  it(
    "is built again from one image on, and from there only",
    async () => {
      const sample = await makeSample(place, "part");
      repository = sample.repository;
      expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
      const first = JSON.parse((await repository.read("images.lock.json")).toString()) as { images: object };
      await repository.write({
        "dockerfiles/left.Dockerfile": (await left()).replace("echo left", "echo other"),
      });

      const ran = await place.run(repository, "--image", "left", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });
      const result = JSON.parse(ran.stdout) as RunResult;
      expect(Object.keys(result.images)).toEqual(["left", "top"]);
      const second = JSON.parse((await repository.read("images.lock.json")).toString()) as { images: object };
      expect(second.images).toMatchObject({
        ...first.images,
        left: expect.anything(),
        top: expect.anything(),
      });
      expect(await repository.git("diff", "--stat")).toContain("dockerfiles/left.Dockerfile");
      expect(await repository.git("show", "HEAD:dockerfiles/left.Dockerfile")).toContain("echo left");
      await everyPinIsTheRegistrys(await pinsIn(repository, sample.prefix), result);
    },
    4 * MINUTES,
  );

  async function left(): Promise<string> {
    return (await repository.read("dockerfiles/left.Dockerfile")).toString();
  }
});

/** All pins of the sample's images in what is committed, but for the one that is no image's. */
async function pinsIn({ git }: Repository, prefix: string): Promise<readonly string[]> {
  const text = await git("grep", "-h", "-I", "@sha256:", "HEAD", "--");
  return (text.match(PIN) ?? [])
    .map((pin) => pin.replace("docker://", ""))
    .filter((pin) => !pin.includes("-arm64") && pin.includes(prefix))
    .map((pin) => pin.slice(pin.indexOf(prefix)));
}

async function everyPinIsTheRegistrys(pins: readonly string[], { images }: RunResult): Promise<void> {
  const registries = openRegistries(() => Promise.resolve(undefined));
  for (const pin of pins) {
    const reference = parseReference(pin);
    if (reference === undefined) throw new Error(`not a reference: ${pin}`);
    const latest = await registries.resolve({ name: reference.name, tag: "latest" });
    expect([pin, reference.digest]).toEqual([pin, latest]);
    const image = images[reference.name.split("/").at(-1) ?? ""];
    if (image !== undefined) expect(image.digest).toBe(latest);
  }
}

async function everyPinCanBePulled({ engine }: Place, pins: readonly string[]): Promise<void> {
  for (const pin of new Set(pins)) await run("docker", ["--host", engine.host, "pull", "--quiet", pin]);
}

async function childrenStandOnParents(
  { engine }: Place,
  { images }: RunResult,
  prefix: string,
): Promise<void> {
  const layers = async (image: string) => {
    const pin = `${prefix}/${image}@${images[image]?.digest ?? ""}`;
    const format = ["--format", "{{json .RootFS.Layers}}"];
    const { stdout } = await run("docker", ["--host", engine.host, "image", "inspect", ...format, pin]);
    return JSON.parse(stdout) as readonly string[];
  };
  for (const [child, parent] of [
    ["left", "base"],
    ["right", "base"],
    ["top", "left"],
  ] as const) {
    const below = await layers(parent);
    expect((await layers(child)).slice(0, below.length)).toEqual(below);
  }
}
