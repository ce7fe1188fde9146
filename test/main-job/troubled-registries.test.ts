import { afterEach, describe, expect, it } from "@jest/globals";
import { openRegistries } from "../../src/adapters/registries/distribution.ts";
import type { RunResult } from "../../src/model/run.ts";
import { startManageImages } from "../support/manage-images.ts";
import {
  startRegistryProxy,
  type Answer,
  type Asked,
  type Fault,
  type RegistryProxy,
} from "../support/registry-proxy.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { tokenService } from "../support/token-service.ts";
import { placeForTests, twoImages, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const ALL = ["--image", "all", "--format", "json"];

const place = placeForTests();
let proxy: RegistryProxy;
let repository: Repository;
let fault: Fault;
let asked: Asked[];
let worlds = 0;
let folder: string;

afterEach(async () => {
  await proxy.stop();
  await repository.remove();
});

/** Two images, not built yet, in a part of the registry that nobody else uses; before it stands a proxy. */
async function twoImagesBehindProxy(): Promise<void> {
  fault = () => undefined;
  asked = [];
  proxy = await startRegistryProxy(place.registry.host, (request) => {
    asked.push(request);
    return fault(request);
  });
  folder = `troubled-${++worlds}`;
  repository = await makeRepository(twoImages(`${proxy.host}/${folder}`));
}

/** All is pushed, and the registry alone knows. */
async function allIsPushed(): Promise<void> {
  await twoImagesBehindProxy();
  await succeeds();
  await repository.git("reset", "--quiet", "--hard", "HEAD~1");
  asked = [];
}

async function succeeds(...flags: readonly string[]): Promise<RunResult> {
  const ran = await place.run(repository, ...ALL, ...flags);
  expect(ran).toMatchObject({ exitCode: 0 });
  await onlyConfirmedDigestsAreWritten();
  return JSON.parse(ran.stdout) as RunResult;
}

async function onlyConfirmedDigestsAreWritten(): Promise<void> {
  const { images } = JSON.parse((await repository.read("images.lock.json")).toString()) as {
    readonly images: Readonly<Record<string, { readonly digest: string }>>;
  };
  expect(Object.keys(images)).toEqual(["base", "right"]);
  const registries = openRegistries(() => Promise.resolve(undefined));
  for (const [image, { digest }] of Object.entries(images)) {
    const name = `${place.registry.host}/${folder}/${image}`;
    expect([image, digest]).toEqual([image, await registries.resolve({ name, tag: "latest" })]);
  }
  expect(await repository.git("grep", "-l", ZERO).catch(() => "none")).toBe("none");
}

function outcomesOf({ images }: RunResult): object {
  return Object.fromEntries(Object.entries(images).map(([image, { outcome }]) => [image, outcome]));
}

const isManifest = ({ path }: Asked) => path.includes("/manifests/");
const isLookUp = (request: Asked) => request.method === "HEAD" && isManifest(request);
const isBody = ({ method, path }: Asked) => method === "GET" && /\/(?:manifests|blobs)\/sha256/.test(path);

describe("a registry in trouble now and then only makes the run longer", () => {
  it.each<[string, Answer]>([
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "1" } }],
    ["500", { status: 500 }],
    ["nothing, and breaks the connection off", "broken off"],
  ])(
    "when it answers %s",
    async (_, answer) => {
      await twoImagesBehindProxy();
      let questions = 0;
      fault = ({ path }) => (path === "/v2/" || questions++ % 29 !== 3 ? undefined : answer);
      await succeeds("--retries", "5");
      expect(questions).toBeGreaterThan(29);
    },
    3 * MINUTE,
  );

  it(
    "when it has what was pushed only after a moment",
    async () => {
      await twoImagesBehindProxy();
      let refusals = 3;
      fault = (request) =>
        isLookUp(request) && request.path.includes("sha256") && refusals-- > 0 ? { status: 404 } : undefined;
      await succeeds();
      expect(refusals).toBeLessThan(0);
    },
    2 * MINUTE,
  );

  it.each<[string, Fault]>([
    ["dribble", () => ({ body: "dribbles" })],
    ["are broken off in the middle, each once", brokenOffOnce()],
  ])(
    "when its answers %s",
    async (_, trouble) => {
      await twoImagesBehindProxy();
      await succeeds();
      const head = await repository.git("grep", "-h", "@sha256", "HEAD", "--", "docs");
      const text = (await repository.read("dockerfiles/base.Dockerfile")).toString();
      await repository.write({ "dockerfiles/base.Dockerfile": `${text}ARG COMES_OUT_AS_IT_WAS\n` });
      asked = [];
      fault = (request) => (isBody(request) ? trouble(request) : undefined);
      expect(outcomesOf(await succeeds())).toEqual({ base: "built", right: "reused" });
      expect(asked.filter(isBody).length).toBeGreaterThan(2);
      expect(await repository.git("grep", "-h", "@sha256", "HEAD", "--", "docs")).toBe(head);
    },
    2 * MINUTE,
  );

  it(
    "when its tokens end earlier than it says",
    async () => {
      const service = tokenService();
      await twoImagesBehindProxy();
      fault = (request) => {
        const refusal = service.guard(request);
        if (refusal === undefined && request.method === "PUT" && isManifest(request))
          service.expire(request.path.replace(/^\/v2\/(.*)\/manifests\/.*/, "$1"));
        return refusal;
      };
      expect(outcomesOf(await succeeds())).toEqual({ base: "built", right: "built" });
      expect(service.refused()).toBeGreaterThan(0);
    },
    2 * MINUTE,
  );
});

describe("an error is never taken for an absence", () => {
  it.each<[string, Fault, ...words: RegExp[]]>([
    ["500", () => ({ status: 500 }), /500/, /Nothing was taken for absent/],
    ["429", () => ({ status: 429, headers: { "retry-after": "0" } }), /429/, /Try again/],
    ["403", () => ({ status: 403 }), /403/, /docker login/],
    ["nothing, and breaks the connection off", () => "broken off", /did not answer/],
    ["401 to every token", tokenService({ isWorthless: true }).guard, /401/, /docker login/],
  ])(
    "when the registry answers %s: the run ends, builds nothing, and changes nothing",
    async (_, trouble, ...words) => {
      await allIsPushed();
      fault = trouble;
      const before = await repository.snapshot();
      const ran = await place.run(repository, ...ALL);
      expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
      for (const word of words) expect(ran.stderr).toMatch(word);
      expect(asked.filter(({ method }) => method === "PUT" || method === "POST")).toEqual([]);
      expect(await repository.snapshot()).toBe(before);

      fault = () => undefined;
      expect(outcomesOf(await succeeds())).toEqual({ base: "reused", right: "reused" });
    },
    2 * MINUTE,
  );
});

it(
  "what a registry does not confirm in a while is not written",
  async () => {
    await twoImagesBehindProxy();
    fault = (request) => (isLookUp(request) && request.path.includes("sha256") ? { status: 404 } : undefined);
    const before = await repository.snapshot();
    expect(await place.run(repository, ...ALL)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/was pushed, but the registry does not have it[^]*No digest is written/),
    });
    expect(asked.filter(isLookUp).length).toBeGreaterThan(5);
    expect(await repository.snapshot()).toBe(before);

    fault = () => undefined;
    await succeeds();
  },
  2 * MINUTE,
);

describe("a run that waits for a registry ends by Ctrl-C and changes nothing", () => {
  it.each<[string, (request: Asked) => boolean, Answer]>([
    ["that does not answer a look-up", isLookUp, "silence"],
    ["whose answer stops in the middle", isBody, { body: "stops" }],
    ["that does not answer a push", (request) => request.method === "PUT" && isManifest(request), "silence"],
  ])(
    "%s",
    async (_, isMet, answer) => {
      await twoImagesBehindProxy();
      await succeeds();
      await repository.write({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo new >/base\n" });
      const before = await repository.snapshot();
      const isStuck = new Promise<void>((resolve) => {
        fault = (request) => {
          if (!isMet(request)) return undefined;
          setTimeout(resolve, 500);
          return answer;
        };
      });
      const { child, ended } = startManageImages(repository.folder, ALL, place.environment);
      await Promise.race([isStuck, ended]);
      child.kill("SIGINT");
      const { exitCode, stderr } = await ended;
      expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: expect.stringMatching(/interrupted/) });
      expect(await repository.snapshot()).toBe(before);

      fault = () => undefined;
      await succeeds();
    },
    2 * MINUTE,
  );
});

function brokenOffOnce(): Fault {
  const met = new Set<string>();
  return ({ path }) => {
    if (met.has(path)) return undefined;
    met.add(path);
    return { body: "breaks off" };
  };
}
