import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Diagnosis } from "../../src/model/diagnosis.ts";
import { makeOrigin, type BareRepository } from "../support/forges/bare-repository.ts";
import { startGitHub, type GitHub } from "../support/forges/github.ts";
import { startGitLab, type GitLab } from "../support/forges/gitlab.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { manageImages } from "../support/manage-images.ts";
import { startRegistryProxy } from "../support/registry-proxy.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "../support/registry.ts";
import { makeRepository, type Content, type Repository } from "../support/repository.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

let engine: Engine;
let registry: LocalRegistry;
let guarded: LocalRegistry;
let folder: string;

beforeAll(async () => {
  [engine, registry, guarded] = await Promise.all([
    startEngine(),
    startRegistry(),
    startRegistry({ login: true }),
  ]);
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
}, 2 * MINUTE);

afterAll(async () => {
  await Promise.all([engine.stop(), registry.stop(), guarded.stop()]);
  await rm(folder, { recursive: true, force: true });
}, MINUTE);

/** What is other than on a machine on which all is well. */
interface World {
  readonly host?: string;
  readonly files?: Readonly<Record<string, Content>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly prepare?: (repository: Repository) => Promise<unknown>;
  /** The working directory, if it is not the repository. */
  readonly directory?: string;
}

/** What doctor says. It changes nothing, and its exit code is 1 if there is a problem. */
async function examine(world: World): Promise<readonly Diagnosis[]> {
  const repository = await makeRepository({
    "images.config.json": JSON.stringify({
      registry: `${world.host ?? registry.host}/acme`,
      images: { base: {}, child: {} },
    }),
    "dockerfiles/base.Dockerfile": "FROM scratch\n",
    "dockerfiles/child.Dockerfile": "FROM scratch\n",
    ...world.files,
  });
  try {
    await world.prepare?.(repository);
    const before = await repository.snapshot();
    const ran = await manageImages(world.directory ?? repository.folder, ["doctor", "--format", "json"], {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      DOCKER_HOST: engine.host,
      DOCKER_CONFIG: join(folder, "nobody"),
      ...world.environment,
    });
    expect(ran.stderr).toBe("");
    expect(await repository.snapshot()).toBe(before);
    const { checks } = JSON.parse(ran.stdout) as { checks: readonly Diagnosis[] };
    expect(ran.exitCode).toBe(checks.some(({ state }) => state === "problem") ? 1 : 0);
    return checks;
  } finally {
    await repository.remove();
  }
}

/** A Docker configuration with credentials for a registry. */
async function login(host: string, password: string): Promise<string> {
  const config = join(folder, password);
  await mkdir(config, { recursive: true });
  const auth = Buffer.from(`${LOGIN.user}:${password}`).toString("base64");
  await writeFile(join(config, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  return config;
}

/** A `PATH` with only these programs. */
async function pathWith(...programs: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(folder, "path-"));
  for (const program of programs) {
    const { stdout } = await promisify(execFile)("sh", ["-c", 'command -v "$1"', "sh", program]);
    await symlink(stdout.trim(), join(directory, program));
  }
  return directory;
}

it(
  "doctor finds nothing wrong where nothing is, and leaves nothing in the registry",
  async () => {
    const checks = await examine({});
    const important = checks.filter(({ subject }) => !["disk", "buildx", "remote"].includes(subject));
    expect(important.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(new Set(checks.map(({ subject }) => subject))).toEqual(
      new Set([
        ...["node", "git", "checkout", "configuration", "engine", "buildx", "disk", "registry", "clock"],
        "remote",
      ]),
    );
    expect(checks.find(({ subject }) => subject === "remote")).toMatchObject({
      state: "skipped",
      found: expect.stringContaining("only pull requests need one"),
    });
    expect(checks.find(({ subject }) => subject === "engine")?.found).toContain(engine.host);
    const catalog = await fetch(`${registry.url}/v2/_catalog`);
    expect(await catalog.json()).toEqual({ repositories: [] });
  },
  MINUTE,
);

const BROKEN: Readonly<
  Record<string, { world: () => Promise<World>; expected: Partial<Diagnosis>; says: string }>
> = {
  "no engine": {
    world: () => Promise.resolve({ environment: { DOCKER_HOST: "unix:///nowhere/docker.sock" } }),
    expected: { subject: "engine", state: "problem" },
    says: "Start Docker",
  },
  "an engine's address that is none": {
    world: () => Promise.resolve({ environment: { DOCKER_HOST: "carrier-pigeon://coop" } }),
    expected: { subject: "engine", state: "problem" },
    says: "DOCKER_HOST",
  },
  "no buildx": {
    world: async () => ({ environment: { PATH: await pathWith("git") } }),
    expected: { subject: "buildx", state: "warning" },
    says: "installed",
  },
  "no git": {
    world: async () => ({ environment: { PATH: await pathWith("node") } }),
    expected: { subject: "git", state: "problem" },
    says: "Is git installed",
  },
  "a directory that is in no checkout": {
    world: () => Promise.resolve({ directory: folder }),
    expected: { subject: "checkout", state: "problem" },
    says: "git init",
  },
  "a configuration with problems": {
    world: () =>
      Promise.resolve({ files: { "images.config.json": '{"registry":"https://x","images":{"Base":{}}}' } }),
    expected: { subject: "configuration", state: "problem" },
    says: "Leave out https://",
  },
  "no configuration": {
    world: () => Promise.resolve({ prepare: ({ git }) => git("rm", "--quiet", "images.config.json") }),
    expected: { subject: "configuration", state: "problem" },
    says: "manage-images init",
  },
  "a lockfile with conflict markers": {
    world: () => Promise.resolve({ files: { "images.lock.json": "<<<<<<< ours\n{}\n" } }),
    expected: { subject: "configuration", state: "problem" },
    says: "Take either side",
  },
  "a Dockerfile that BuildKit refuses": {
    world: () => Promise.resolve({ files: { "dockerfiles/child.Dockerfile": "FORM scratch\n" } }),
    expected: { subject: "configuration", state: "problem" },
    says: "dockerfiles/child.Dockerfile:1",
  },
  "nobody who commits": {
    world: () =>
      Promise.resolve({
        prepare: async ({ git }) => {
          await git("config", "--unset", "user.name");
          await git("config", "--unset", "user.email");
          await git("config", "user.useConfigOnly", "true");
        },
        environment: { EMAIL: "", GIT_COMMITTER_NAME: "", GIT_COMMITTER_EMAIL: "" },
      }),
    expected: { subject: "git", state: "problem" },
    says: "git config user.name",
  },
  "a merge that is going on": {
    world: () =>
      Promise.resolve({
        prepare: async ({ git, write }) => {
          await git("checkout", "--quiet", "-b", "side");
          await write({ side: "" });
          await git("add", "side");
          await git("commit", "--quiet", "--message", "Side");
          await git("checkout", "--quiet", "main");
          await git("merge", "--no-commit", "--no-ff", "side");
        },
      }),
    expected: { subject: "git", state: "warning" },
    says: "a merge is going on",
  },
  "a registry that does not answer": {
    world: () => Promise.resolve({ host: "127.0.0.1:1" }),
    expected: { subject: "registry", about: "127.0.0.1:1/acme", state: "problem" },
    says: "did not answer",
  },
  "a registry that wants to know who it is": {
    world: () => Promise.resolve({ host: guarded.host }),
    expected: { subject: "registry", state: "problem" },
    says: "docker login",
  },
  "a wrong password": {
    world: async () => ({
      host: guarded.host,
      environment: { DOCKER_CONFIG: await login(guarded.host, "wrong-password") },
    }),
    expected: { subject: "registry", state: "problem" },
    says: "wrong credentials",
  },
};

describe("doctor finds", () => {
  it.each(Object.entries(BROKEN))(
    "%s",
    async (_, { world, expected, says }) => {
      const checks = await examine(await world());
      const found = checks.filter(({ subject }) => subject === expected.subject);
      expect(found).toContainEqual(expect.objectContaining(expected));
      expect(found.map((each) => `${each.found}\n${each.remedy ?? ""}`).join("\n")).toContain(says);
      expect(JSON.stringify(checks)).not.toContain("wrong-password");
    },
    MINUTE,
  );

  it(
    "a registry that may be read and not written to, and a clock that is wrong",
    async () => {
      const readOnly = await startRegistryProxy(registry.host, ({ method }) =>
        method === "POST" ? { status: 403 } : undefined,
      );
      const late = await startRegistryProxy(registry.host, () => ({
        headers: { date: new Date(Date.now() - HOUR).toUTCString() },
      }));
      try {
        const [refused] = (await examine({ host: readOnly.host })).filter(
          ({ subject }) => subject === "registry",
        );
        expect(refused).toMatchObject({
          state: "problem",
          remedy: expect.stringContaining("Ask for the right to push to"),
        });
        const clocks = (await examine({ host: late.host })).filter(({ subject }) => subject === "clock");
        expect(clocks.map(({ about, state }) => [about, state])).toEqual([
          [late.host, "warning"],
          ["the engine", "ok"],
        ]);
      } finally {
        await Promise.all([readOnly.stop(), late.stop()]);
      }
    },
    MINUTE,
  );
});

it(
  "doctor is content with credentials that are right, and tells people in lines",
  async () => {
    const config = await login(guarded.host, LOGIN.password);
    const checks = await examine({ host: guarded.host, environment: { DOCKER_CONFIG: config } });
    expect(checks.find(({ subject }) => subject === "registry")?.state).toBe("ok");

    const identity = {
      ...{ GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.com" },
      ...{ GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.com" },
    };
    const environment = { ...identity, DOCKER_HOST: engine.host, NO_COLOR: "1" };
    const ran = await manageImages(folder, ["doctor"], environment);
    expect(ran.stdout).toMatch(/^problem {2}checkout {7}.* is not in the checkout of a git repository$/m);
    expect(ran.stdout).toMatch(/^ +→ Change to your repository/m);
    expect(ran.stdout).toMatch(/\n1 problem(?:, \d warnings?)?\.\n$/);
  },
  MINUTE,
);

describe("what pull requests need", () => {
  let github: GitHub;
  let gitlab: GitLab;
  let origin: BareRepository;
  beforeAll(async () => {
    [github, gitlab] = await Promise.all([startGitHub(() => origin), startGitLab(() => origin)]);
  });
  afterAll(async () => {
    await Promise.all([github.stop(), gitlab.stop()]);
  });

  /** What doctor says of remote and forge, each in a line. It changes nothing there either. */
  async function propose(
    forge: GitHub | GitLab,
    environment: Readonly<Record<string, string>> = {},
    prepare?: (repository: Repository) => Promise<unknown>,
  ): Promise<string> {
    let before = "";
    const checks = await examine({
      environment: { ...forge.environment, ...environment },
      prepare: async (repository) => {
        origin = await makeOrigin(repository);
        before = await origin.git("for-each-ref");
        await prepare?.(repository);
      },
    });
    expect(await origin.git("for-each-ref")).toBe(before);
    await origin.remove();
    forge.forget();
    expect([...github.pulls, ...gitlab.merges, ...github.violations, ...gitlab.violations]).toEqual([]);
    expect(JSON.stringify(checks)).not.toMatch(/ghp_|glpat-/);
    return checks
      .filter(({ subject }) => subject === "remote" || subject === "forge")
      .map(({ state, subject, found, remedy = "" }) => `${subject} ${state}: ${found} ${remedy}`.trim())
      .join("\n");
  }

  it(
    "is said to be there where it is, on GitHub and on GitLab",
    async () => {
      github.scopes = "repo, workflow";
      expect(await propose(github)).toBe(
        `remote ok: ${origin.folder} can be pushed to\n` +
          "forge ok: GITHUB_TOKEN (scopes: repo, workflow) may open requests in acme/stack on GitHub",
      );
      expect(await propose(gitlab)).toBe(
        `remote ok: ${origin.folder} can be pushed to\n` +
          "forge ok: GITLAB_TOKEN (scopes: api) may open requests in 42 on GitLab",
      );
    },
    MINUTE,
  );

  it.each<[string, () => Promise<string>, RegExp]>([
    [
      "no token",
      () => propose(github, { GITHUB_TOKEN: "", GH_TOKEN: "" }),
      /^forge skipped: no token for acme\/stack on GitHub \(GITHUB_TOKEN or GH_TOKEN\)/m,
    ],
    [
      "a remote of which nobody knows whose it is",
      () => propose(github, { GITHUB_REPOSITORY: "", GITHUB_API_URL: "" }),
      /^forge skipped: .* cannot be told/m,
    ],
    ["a wrong token", () => propose(github, { GITHUB_TOKEN: "ghp_wrong" }), /^forge warning: .* not valid/m],
    [
      "a token that may only read",
      async () => {
        const message = "Resource not accessible by personal access token";
        github.trouble = ({ method, path }) =>
          method === "POST" && path.endsWith("/pulls") ? { status: 403, body: { message } } : undefined;
        return propose(github);
      },
      /^forge warning: GitHub: could not open pull requests: .*contents and pull requests for writing/m,
    ],
    [
      "a token that may not change workflows, and one that soon ends",
      async () => {
        const ends = new Date(Date.now() + 3 * 24 * HOUR).toISOString();
        github.scopes = "repo";
        github.tokenEnds = `${ends.slice(0, 10)} ${ends.slice(11, 19)} UTC`;
        return propose(github);
      },
      /^forge warning: GITHUB_TOKEN: the token lacks the scope `workflow`[^]*^forge warning: GITHUB_TOKEN ends in 3 days/m,
    ],
    [
      "a workflow's own token",
      () => {
        github.login = "github-actions[bot]";
        return propose(github);
      },
      /^forge warning: GITHUB_TOKEN: a pull request .* starts no workflows[^]*token of GitHub Actions may not change workflows/m,
    ],
    [
      "a token of somebody who may only look",
      () => {
        github.mayPush = false;
        return propose(github);
      },
      /^forge warning: ada, whose GITHUB_TOKEN is, may look at the repository and not push to it/m,
    ],
    [
      "a role at GitLab that may not push",
      () => {
        gitlab.role = 20;
        return propose(gitlab);
      },
      /^forge warning: GITLAB_TOKEN may look at the project and not push to it.*Developer/m,
    ],
    [
      "a scope at GitLab that is for reading",
      async () => {
        gitlab.token = { scopes: ["read_api"], expires_at: null };
        return propose(gitlab);
      },
      /^forge warning: GitLab: could not open merge requests: .*scope `api`/m,
    ],
    [
      "a remote that cannot be pushed to",
      () => propose(github, {}, ({ git }) => git("remote", "set-url", "origin", join(folder, "nowhere.git"))),
      /^remote warning: git push failed[^]*nowhere\.git/m,
    ],
  ])(
    "is found to be missing: %s",
    async (_, said, expected) => {
      expect(await said()).toMatch(expected);
    },
    MINUTE,
  );
});
