import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Checked } from "../../src/model/drift.ts";
import { fingerprintTag, parseFingerprint } from "../../src/model/fingerprint.ts";
import type { RunResult } from "../../src/model/run.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex, type Pushed } from "../support/push-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const ZERO = `sha256:${"0".repeat(64)}`;
const PINS = "deploy.txt";

/** One version of an image for two platforms: its index, and what is in it. */
type Version = Readonly<Record<"index" | "amd" | "arm", string>>;

let registry: LocalRegistry;
/** Three versions of `app`, and one for one platform only. */
let first: Version, second: Version, third: Version, single: string;

async function pushVersion(mark: string): Promise<Version> {
  const amd: Pushed = { platform: "linux/amd64", mark };
  const arm: Pushed = { platform: "linux/arm64/v8", mark };
  return {
    index: await pushIndex(registry, "acme/app", [amd, arm, { platform: "unknown/unknown", mark }]),
    amd: await pushImage(registry, "acme/app", amd),
    arm: await pushImage(registry, "acme/app", arm),
  };
}

beforeAll(async () => {
  registry = await startRegistry();
  [first, second, third] = [await pushVersion("1"), await pushVersion("2"), await pushVersion("3")];
  single = await pushImage(registry, "acme/app", { platform: "linux/amd64", mark: "single" });
}, 60_000);

afterAll(() => registry.stop());

/** What the lockfile says of a version. */
function locked({ index, amd, arm }: Version, more: object = {}): string {
  const platforms = { "linux/amd64": amd, "linux/arm64": arm };
  const app = { repository: `${registry.host}/acme/app`, digest: index, platforms, ...more };
  return JSON.stringify({ version: 1, images: { app } });
}

/** A line for each digest. */
function pins(...digests: readonly string[]): string {
  return digests.map((digest) => `${registry.host}/acme/app@${digest}\n`).join("");
}

async function makeProject(lockfile: string, text: string): Promise<Repository> {
  return makeRepository({
    "images.config.json": JSON.stringify({ registry: `${registry.host}/acme`, images: { app: {} } }),
    "images.lock.json": lockfile,
    "dockerfiles/app.Dockerfile": "FROM scratch\n",
    [PINS]: text,
  });
}

let repository: Repository;

afterEach(() => repository.remove());

async function run(...flags: readonly string[]): Promise<RunResult> {
  const ran = await manageImages(repository.folder, [...flags, "--format", "json"], ENVIRONMENT);
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as RunResult;
}

async function drift(): Promise<readonly object[]> {
  const ran = await manageImages(repository.folder, ["check", "--format", "json"], ENVIRONMENT);
  const { drift: found } = JSON.parse(ran.stdout) as Checked;
  return found
    .filter(({ file }) => file === PINS)
    .map((each) => ({ ...("expected" in each ? { expected: each.expected } : {}), kind: each.kind }));
}

async function written(): Promise<string> {
  return (await repository.read(PINS)).toString();
}

/** Puts what is to be found under the fingerprint of `app` into the registry. */
async function publish(push: (tag: string) => Promise<string>): Promise<void> {
  const ran = await manageImages(
    repository.folder,
    ["plan", "--image", "app", "--format", "json"],
    ENVIRONMENT,
  );
  const { images } = JSON.parse(ran.stdout) as { images: { app: { fingerprint: string } } };
  const fingerprint = parseFingerprint(images.app.fingerprint);
  if (fingerprint === undefined) throw new Error(ran.stdout);
  await push(fingerprintTag(fingerprint));
}

const asThird = (tag: string) =>
  pushIndex(
    registry,
    "acme/app",
    ["linux/amd64", "linux/arm64/v8", "unknown/unknown"].map((platform) => ({ platform, mark: "3" })),
    tag,
  );
const asSingle = (tag: string) =>
  pushImage(registry, "acme/app", { platform: "linux/amd64", mark: "single" }, tag);

describe("pins of an image for several platforms keep their kind", () => {
  beforeEach(async () => {
    repository = await makeProject(locked(first), pins(first.index, first.amd, first.arm));
    await repository.write({
      "images.lock.json": locked(second),
      [PINS]: pins(second.index, second.amd, second.arm),
    });
    await repository.git("commit", "-qam", "Second");
  });

  test("and are no drift", async () => {
    expect(await drift()).toEqual([]);
    expect((await run("--only-references")).references).toEqual([]);
  });

  test("when old ones are brought back: the lockfile's history tells what they are", async () => {
    await repository.write({ [PINS]: pins(first.arm, first.index, ZERO, first.amd, second.arm) });
    expect(await drift()).toEqual([
      { kind: "earlier-pin", expected: second.arm },
      { kind: "earlier-pin", expected: second.index },
      { kind: "stale-pin", expected: second.index },
      { kind: "earlier-pin", expected: second.amd },
    ]);
    await run("--only-references");
    expect(await written()).toBe(pins(second.arm, second.index, second.index, second.amd, second.arm));
    expect(await drift()).toEqual([]);
  });

  test("in a run, which notes the platforms of what it finds", async () => {
    await publish(asThird);
    const { images } = await run("--image", "app");
    expect(images["app"]).toMatchObject({ outcome: "reused", digest: third.index });
    expect(await written()).toBe(pins(third.index, third.amd, third.arm));
    expect(JSON.parse((await repository.read("images.lock.json")).toString())).toMatchObject({
      images: { app: { platforms: { "linux/amd64": third.amd, "linux/arm64": third.arm } } },
    });
    expect(await drift()).toEqual([]);
  });

  test("or stay, where the image is not for their platform any more, and it is said", async () => {
    await publish(asSingle);
    const { notices } = await run("--image", "app");
    expect(await written()).toBe(pins(single, single, second.arm));
    expect(notices).toEqual([
      { kind: "fewer-platforms", image: "app", platforms: ["linux/arm64"] },
      { kind: "lost-platform", file: PINS, line: 3, image: "app", found: second.arm },
    ]);
    expect(await drift()).toEqual([{ kind: "lost-platform" }]);
    expect((await run("--only-references")).references).toEqual([]);
  });
});

test("what an imported digest was for is asked of the registry", async () => {
  const imported = JSON.stringify({
    version: 1,
    images: { app: { repository: `${registry.host}/acme/app`, digest: second.index } },
  });
  repository = await makeProject(imported, pins(second.index, second.amd, second.arm));
  await publish(asThird);
  expect((await run("--image", "app")).notices).toEqual([]);
  expect(await written()).toBe(pins(third.index, third.amd, third.arm));
});

test("an image of one platform that is one of several from now on is followed by its index", async () => {
  const entry = { repository: `${registry.host}/acme/app`, digest: single };
  repository = await makeProject(JSON.stringify({ version: 1, images: { app: entry } }), pins(single, ZERO));
  await publish(asThird);
  await run("--image", "app");
  expect(await written()).toBe(pins(third.index, third.index));
});
