import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex, setTag } from "../support/push-manifest.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import {
  startRegistryProxy,
  type Answer,
  type Asked,
  type RegistryProxy,
} from "../support/registry-proxy.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

/** A loaded machine takes its time. */
jest.setTimeout(120_000);

const ENVIRONMENT = {
  ...GIT_ENVIRONMENT,
  DOCKER_HOST: "unix:///nowhere/docker.sock",
  CI: "true",
  NO_COLOR: "1",
};
const GONE = `sha256:${"1".repeat(64)}`;

/** What `check --format json` says of one drift. */
interface Shown {
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly image?: string;
  readonly expected?: string;
  readonly message: string;
  readonly remedy: string;
}

let registry: LocalRegistry;
let proxy: RegistryProxy;
let asked: string[];
let fault: (asked: Asked) => Answer | undefined;
let repository: Repository;
let tests = 0;
/** The part of the registry that is the test's own. */
let own: string;

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startRegistryProxy(registry.host, (request) => {
    asked.push(`${request.method} ${request.path}`);
    return fault(request);
  });
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
});

beforeEach(async () => {
  own = `test-${(tests += 1)}`;
  fault = () => undefined;
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: `${proxy.host}/${own}`, images: { app: {} } }),
  });
});
afterEach(() => repository.remove());

async function check(...args: readonly string[]) {
  asked = [];
  const all = ["check", "--format", "json", ...args];
  const ran = await manageImages(repository.folder, all, ENVIRONMENT);
  const { drift } = (ran.stdout === "" ? { drift: [] } : JSON.parse(ran.stdout)) as {
    readonly drift: readonly Shown[];
  };
  const shown = drift.map(
    ({ kind, file, line, column, image }) => `${kind} ${file}:${line}:${column} ${image ?? "-"}`,
  );
  return { ...ran, drift, shown };
}

/** `app` as it was pushed, on a base that is there. `pins` are written into a document, a line for each. */
async function makeProject(base: string, app: string, ...pins: readonly string[]): Promise<void> {
  await repository.write({
    "dockerfiles/app.Dockerfile": `FROM ${proxy.host}/${own}-bases/${base}\n`,
    "docs/images.md": pins.map((pin) => `${pin}\n`).join(""),
  });
  await repository.git("add", ".");
  await lock(app, `sha256:${"0".repeat(64)}`);
  const { drift } = await check();
  await lock(app, drift.find(({ kind }) => kind === "stale-image")?.expected ?? "");
}

async function lock(digest: string, fingerprint: string): Promise<void> {
  const images = { app: { repository: `${proxy.host}/${own}/app`, digest, fingerprint } };
  await repository.write({ "images.lock.json": JSON.stringify({ version: 1, images }, undefined, 2) });
}

/** The tag that keeps the digest of `app`. */
async function keeper(): Promise<string> {
  const { images } = JSON.parse(String(await repository.read("images.lock.json"))) as {
    readonly images: { readonly app: { readonly fingerprint: string } };
  };
  return `fp-${images.app.fingerprint.slice("sha256:".length).slice(0, 20)}`;
}

describe("--remote", () => {
  it("finds nothing where all is there, and asks for each thing once", async () => {
    const base = await pushImage(registry, `${own}-bases/debian`, "base", "12");
    const app = await pushImage(registry, `${own}/app`, "app");
    await makeProject(
      `debian:12@${base}`,
      app,
      `${proxy.host}/${own}/app@${app}`,
      `${proxy.host}/${own}-bases/debian:12@${base}`,
    );
    await setTag(registry, `${own}/app`, app, await keeper());
    expect(await check("--remote")).toMatchObject({ exitCode: 0, shown: [] });
    expect(asked.filter((request) => request.includes("/manifests/")).toSorted()).toEqual([
      `HEAD /v2/${own}-bases/debian/manifests/12`,
      `HEAD /v2/${own}-bases/debian/manifests/${base}`,
      `HEAD /v2/${own}/app/manifests/${await keeper()}`,
      `HEAD /v2/${own}/app/manifests/${app}`,
    ]);
    await check();
    expect(asked).toEqual([]);
  });

  it("finds digests that are not there", async () => {
    await makeProject(`debian:12@${GONE}`, GONE, `${proxy.host}/${own}/app@${GONE.replaceAll("1", "2")}`);
    const { shown, drift, exitCode } = await check("--remote");
    const name = proxy.host.length + 1 + own.length;
    expect(shown).toEqual([
      `missing-digest dockerfiles/app.Dockerfile:1:${5 + name + "-bases/debian:12@".length + 1} -`,
      `stale-pin docs/images.md:1:${name + "/app@".length + 1} app`,
      `missing-digest docs/images.md:1:${name + "/app@".length + 1} app`,
      "missing-digest images.lock.json:4:5 app",
    ]);
    expect(drift.map(({ remedy }) => remedy)).toEqual([
      expect.stringContaining("manage-images pin"),
      "manage-images --only-references",
      "manage-images --only-references",
      "manage-images --image app --force",
    ]);
    expect(exitCode).toBe(1);
  });

  it("finds a digest that only another repository has", async () => {
    const app = await pushImage(registry, `${own}/other`, "app");
    await makeProject("debian", app);
    const { shown } = await check("--remote");
    expect(shown).toEqual([
      "unpinned dockerfiles/app.Dockerfile:1:6 app",
      "missing-digest images.lock.json:4:5 app",
    ]);
  });

  it("finds a digest that no tag keeps, or whose tag is another's", async () => {
    const base = await pushImage(registry, `${own}-bases/debian`, "base");
    const app = await pushImage(registry, `${own}/app`, "app");
    await makeProject(`debian@${base}`, app);
    expect((await check("--remote")).shown).toEqual(["unkept-digest images.lock.json:4:5 app"]);
    const other = await pushImage(registry, `${own}/app`, "other");
    await setTag(registry, `${own}/app`, other, await keeper());
    const { drift } = await check("--remote");
    expect(drift[0]).toMatchObject({ kind: "unkept-digest", found: other, expected: app });
  });

  it("finds pins that lead to one platform instead of an index, and the other way round", async () => {
    const base = await pushImage(registry, `${own}-bases/debian`, "base");
    await pushIndex(registry, `${own}-bases/debian`, base, "12");
    const app = await pushImage(registry, `${own}/app`, "app");
    const index = await pushIndex(registry, `${own}/app`, app);
    await makeProject(`debian:12@${base}`, app, `${proxy.host}/${own}/app@${index}`);
    await setTag(registry, `${own}/app`, app, await keeper());
    const { drift } = await check("--remote");
    expect(drift.map(({ kind, file, message }) => `${kind} ${file}: ${message}`)).toEqual([
      expect.stringMatching(
        /^changed-kind dockerfiles\/app.Dockerfile: .*debian@sha256:\w{12} is one platform's image, and .*debian:12 is an index of several platforms$/,
      ),
      expect.stringMatching(/^stale-pin docs/),
      expect.stringMatching(
        /^changed-kind docs\/images.md: .*app@sha256:\w{12} is an index .*, and .*app@sha256:\w{12} is one platform's image$/,
      ),
    ]);
  });

  it("asks of pins whose variables are filled in, and of what is below the registry; not of zeros", async () => {
    const app = await pushImage(registry, `${own}/app`, "app");
    await makeProject(
      `debian@${GONE}`,
      app,
      `${proxy.host}/${own}/app@sha256:${"0".repeat(64)}`,
      `${proxy.host}/${own}/unknown:1@${GONE}`,
    );
    await setTag(registry, `${own}/app`, app, await keeper());
    const from = `FROM ${proxy.host}/${own}-bases/debian@\${DIGEST}`;
    await repository.write({ "dockerfiles/app.Dockerfile": `ARG DIGEST=${GONE}\n${from}\n` });
    const kindsIn = async (...args: readonly string[]) =>
      (await check("--remote", ...args)).drift.map(({ kind, file, line }) => `${kind} ${file}:${line}`);
    const ofApp = [
      "missing-digest dockerfiles/app.Dockerfile:2",
      "stale-pin docs/images.md:1",
      "stale-image images.lock.json:4",
    ];
    expect(await kindsIn("--image", "app")).toEqual(ofApp);
    expect((await kindsIn()).filter((each) => !ofApp.includes(each))).toEqual([
      "unowned-pin docs/images.md:2",
      "missing-digest docs/images.md:2",
    ]);
  });

  it("finds exactly one of each kind where one of each was planted", async () => {
    const base = await pushImage(registry, `${own}-bases/debian`, "base");
    await pushIndex(registry, `${own}-bases/debian`, base, "12");
    const app = await pushImage(registry, `${own}/app`, "app");
    const old = await pushImage(registry, `${own}/app`, "old");
    const bases = `${proxy.host}/${own}-bases`;
    await makeProject(
      `debian:12@${base}`,
      app,
      `${proxy.host}/${own}/app@${app} ${bases}/debian@${base}`,
      `${proxy.host}/${own}/app:latest@${old}`,
      `${bases}/debian:12@${GONE}`,
      `${bases}/other:12@${GONE}, which is nobody's base`,
    );
    const { shown } = await check("--remote");
    expect(shown.map((each) => each.replace(/:\d+ /, " "))).toEqual([
      "changed-kind dockerfiles/app.Dockerfile:1 -",
      "stale-pin docs/images.md:2 app",
      "missing-digest docs/images.md:3 -",
      "unkept-digest images.lock.json:4 app",
    ]);
  });

  it.each<[string, Answer, RegExp]>([
    ["refuses", { status: 401 }, /answered 401 .*\n.*docker login/s],
    ["is asked too often", { status: 429 }, /answered 429/],
    ["fails", { status: 500 }, /answered 500/],
    ["breaks off", "broken off", /did not answer/],
  ])("takes nothing for absent where the registry %s", async (_, answer, message) => {
    const base = await pushImage(registry, `${own}-bases/debian`, "base");
    const app = await pushImage(registry, `${own}/app`, "app");
    await makeProject(`debian@${base}`, app);
    fault = ({ path }) => (path.includes(app) ? answer : undefined);
    const { exitCode, stdout, stderr } = await check("--remote");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
  });

  it("reads what is there where the registry does not say its type", async () => {
    const base = await pushImage(registry, `${own}-bases/debian`, "base");
    await pushIndex(registry, `${own}-bases/debian`, base, "12");
    const app = await pushImage(registry, `${own}/app`, "app");
    await makeProject(`debian:12@${base}`, app);
    await setTag(registry, `${own}/app`, app, await keeper());
    fault = () => ({ headers: { "content-type": "application/octet-stream" } });
    expect((await check("--remote")).drift.map(({ kind }) => kind)).toEqual(["changed-kind"]);
  });
});
