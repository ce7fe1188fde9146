import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { parseDigest, type Digest } from "../../src/model/digest.ts";
import type { RunResult } from "../../src/model/run.ts";
import { BAZEL, HELM, KUSTOMIZE, TERRAFORM } from "../references/field-cases.ts";
import { fill, REPOSITORY } from "../references/world.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-manifest.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { startRegistryProxy, type Answer, type RegistryProxy } from "../support/registry-proxy.ts";
import { commitAll, GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

/** A loaded machine takes its time. */
jest.setTimeout(120_000);

const ENVIRONMENT = {
  ...GIT_ENVIRONMENT,
  DOCKER_HOST: "unix:///nowhere/docker.sock",
  CI: "true",
  NO_COLOR: "1",
};
const GONE = `sha256:${"1".repeat(64)}`;
const [FIRST, SECOND] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`];

let registry: LocalRegistry;
let proxy: RegistryProxy;
let fault: Answer | undefined;
let prefix: string;
/** The digests of `base` and `tools` at the first commit, and of `base` at the second. */
let before: string;
let tools: string;
let after: string;
let repository: Repository;
let forms: readonly (readonly [path: string, template: string])[];

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startRegistryProxy(registry.host, () => fault);
  prefix = `${proxy.host}/acme/images`;
  before = await pushImage(registry, "acme/images/base", "before");
  after = await pushImage(registry, "acme/images/base", "after");
  tools = await pushImage(registry, "acme/images/tools", "tools");
  const own = ["ci/run.sh", "export CCACHE_NAMESPACE=base@%\n"] as const;
  const host = REPOSITORY.slice(0, REPOSITORY.indexOf("/"));
  const written = [...HELM, ...KUSTOMIZE, ...BAZEL, ...TERRAFORM]
    .filter(([, , template]) => !/docker\.io|registry|newName/.test(template.replaceAll(REPOSITORY, "")))
    .map(([, path, template], index) => {
      const named = template.replaceAll("acme/hub", REPOSITORY).replaceAll(host, proxy.host);
      return [`${index}/${path}`, named] as const;
    });
  forms = [...written, own];
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
});

/** Two commits: `base` is `before` in the lockfile and in all files, and then `after`. */
beforeEach(async () => {
  fault = undefined;
  const match = String.raw`CCACHE_NAMESPACE=(?<image>[\w-]+)@(?<digest>sha256:\w{64})`;
  const references = { patterns: [{ files: ["**/*.sh"], match }] };
  const images = { base: {}, tools: {} };
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: prefix, images, references }),
    "dockerfiles/base.Dockerfile": "FROM scratch\n",
    "dockerfiles/tools.Dockerfile": "FROM scratch\n",
    "docs/tools.md": `${prefix}/tools@${tools}\n`,
    ...filesWith(before),
    "images.lock.json": lockfile({ base: [before, FIRST], tools: [tools] }),
  });
  await repository.write({
    ...filesWith(after),
    "images.lock.json": lockfile({ base: [after, SECOND], tools: [tools] }),
  });
  await commitAll(repository, "Update image digests: base");
});
afterEach(() => repository.remove());

/** All forms, and a pin as text. */
function filesWith(text: string): Record<string, string> {
  const digest = digestIn(text);
  const filled = forms.map(([path, template]) => [path, fill(template, digest)] as const);
  return { ...Object.fromEntries(filled), "docs/base.md": `é ${prefix}/base:latest@${digest}\r\n` };
}

function digestIn(text: string): Digest {
  const digest = parseDigest(text);
  if (digest === undefined) throw new Error(`no digest: ${text}`);
  return digest;
}

function lockfile(images: Readonly<Record<string, readonly [digest: string, fingerprint?: string]>>): string {
  const entries = Object.entries(images).map(([name, [digest, fingerprint]]) => {
    return [name, { repository: `${prefix}/${name}`, digest, fingerprint }] as const;
  });
  return `${JSON.stringify({ version: 1, images: Object.fromEntries(entries) }, undefined, 2)}\n`;
}

async function goBack(...args: readonly string[]) {
  return manageImages(repository.folder, ["--only-references", ...args], ENVIRONMENT);
}

describe("--only-references --from", () => {
  it("brings back a revision's digests in every form, and the lockfile's entries with them", async () => {
    const ran = await goBack("--from", "HEAD~", "--format", "json");
    expect([ran.stderr, ran.exitCode]).toEqual(["", 0]);
    expect(await repository.git("diff", "HEAD~2")).toBe("");
    expect(await repository.git("status", "--porcelain")).toBe("");
    const result = JSON.parse(ran.stdout) as RunResult;
    expect(new Set(result.references.map(({ from, to }) => `${from} ${to}`))).toEqual(
      new Set([`${after} ${before}`]),
    );
    expect(result.restored).toEqual([{ image: "base", from: after, to: before }]);
    expect(await repository.git("log", "-1", "--format=%B")).toBe(
      `Update image digests: base\n\n- base: ${after} -> ${before}\n\nThey are those of ${await repository.git("rev-parse", "HEAD~2")}.\n`,
    );
    expect((await goBack()).stdout).toBe("Nothing to do.\n");
  });

  it("shows what it would do, and does nothing", async () => {
    const snapshot = await repository.snapshot();
    const ran = await goBack("--from", "main~1", "--dry-run");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(/docs\/base\.md {2}base \(line 1\)/);
    expect(ran.stdout).toMatch(/In the lockfile:\n {2}base {2}\S+ → \S+\n$/);
    expect(await repository.snapshot()).toBe(snapshot);
  });

  it("does it for the images that are named, and tells of those that the revision did not have", async () => {
    await repository.git("switch", "--quiet", "--detach", "HEAD~");
    await repository.write({ "images.lock.json": lockfile({ tools: [tools] }) });
    await commitAll(repository);
    const earlier = await repository.git("rev-parse", "HEAD");
    await repository.git("switch", "--quiet", "main");
    expect((await goBack("--from", "HEAD~", "--image", "tools")).stdout).toBe("Nothing to do.\n");
    const ran = await goBack("--from", earlier);
    expect(ran.stdout).toBe(
      `Nothing to do.\n\nnote: the lockfile of ${earlier.slice(0, 12)} has no digest of base: what refers to them is left as it is.\n`,
    );
  });

  it("brings the lockfile back where no file refers to the image", async () => {
    const other = await pushImage(registry, "acme/images/tools", "other tools");
    const entries = { base: [after, SECOND] as const, tools: [other] as const };
    await repository.write({ "docs/tools.md": "", "images.lock.json": lockfile(entries) });
    await commitAll(repository);
    const ran = await goBack("--from", "HEAD~", "--no-commit");
    expect(ran.stdout).toMatch(/^In the lockfile:\n {2}tools {2}\S+ → \S+\n\nNext: look at the changes/);
    expect(String(await repository.read("images.lock.json"))).toBe(lockfile({ ...entries, tools: [tools] }));
  });

  describe("writes nothing", () => {
    let snapshot: string;
    const fails = async (args: readonly string[], exitCode: number, message: RegExp) => {
      snapshot = await repository.snapshot();
      const ran = await goBack(...args);
      expect([ran.stdout, ran.exitCode]).toEqual(["", exitCode]);
      expect(ran.stderr).toMatch(message);
      expect(await repository.snapshot()).toBe(snapshot);
    };
    const locked = async (text: string) => {
      await repository.write({ "images.lock.json": text });
      await commitAll(repository);
      await repository.git("revert", "--no-edit", "HEAD");
    };

    it("where the registry does not have a digest any more", async () => {
      await locked(lockfile({ base: [GONE], tools: [tools] }));
      await fails(["--from", "HEAD~"], 1, /does not have what[^]*acme\/images\/base@sha256:1{64}\n/);
    });

    it.each<Answer>([{ status: 500 }, { status: 401 }, "broken off"])(
      "where the registry does not answer (%j)",
      async (answer) => {
        fault = answer;
        await fails(["--from", "HEAD~"], 1, /answered \d+|did not answer/);
      },
    );

    it("where there is no such revision, or none with a lockfile that can be read", async () => {
      await fails(["--from", "v9"], 2, /There is no revision v9 in this clone/);
      await fails(["--from", "--all"], 2, /There is no revision --all|--from needs a value/);
      await locked("<<<<<<< ours\n=======\n>>>>>>> theirs\n");
      await fails(["--from", "HEAD~"], 1, /images\.lock\.json of HEAD~ cannot be used: it has conflict/);
      await repository.git("rm", "--quiet", "images.lock.json");
      await repository.git("commit", "--quiet", "--message", "Without");
      await repository.git("revert", "--no-edit", "HEAD");
      await fails(["--from", "HEAD~"], 1, /HEAD~ has no images\.lock\.json/);
    });
  });

  it("goes with --only-references alone", async () => {
    const ran = await manageImages(repository.folder, ["--image", "all", "--from", "HEAD~"], ENVIRONMENT);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain("manage-images --only-references --from HEAD~");
  });
});
