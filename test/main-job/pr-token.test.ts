import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { BareRepository } from "../support/forges/bare-repository.ts";
import { startGitHub, type GitHub } from "../support/forges/github.ts";
import { startGitLab } from "../support/forges/gitlab.ts";
import { startGitServer, type GitServer } from "../support/git-server.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { makeRepository, repositoryAt, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf, twoImages } from "./sample.ts";

const MINUTE = 60_000;
const BRANCH = "manage-images/update";
const OURS = "x-access-token:ghp_tests";
const OWN = "ada:her-own";
const place = placeForTests();
let repository: Repository;
let origin: BareRepository;
let github: GitHub;
/** The forge's, and somebody else's. */
let server: GitServer;
let other: GitServer;
/** A home directory, and a folder of programs that come first. */
let home: string;

beforeAll(async () => {
  github = await startGitHub(() => origin);
  [server, other] = [await startGitServer(), await startGitServer()];
});
afterAll(() => Promise.all([github.stop(), server.stop(), other.stop()]));
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "home-"));
});
afterEach(async () => {
  github.pulls.splice(0);
  for (const each of [server, other]) {
    each.logins.splice(0);
    each.seen.splice(0);
    each.redirect = undefined;
  }
  await repository.remove();
  await rm(home, { recursive: true });
  expect(github.violations.splice(0)).toEqual([]);
});

/** A clone of a repository that is only to be had with a login. */
async function given(test: string, at = server): Promise<string> {
  repository = await makeRepository(twoImages(prefixOf(place.registry.host, `token-${test}`)));
  const url = await at.publish(repository, test);
  const { folder, git, remove } = repositoryAt(join(at.folder, `${test}.git`));
  const tip = (branch: string) =>
    git("rev-parse", "--verify", "--quiet", `refs/heads/${branch}`).catch(() => undefined);
  origin = { folder, git, tip, remove };
  await repository.git("remote", "add", "origin", url);
  at.logins.push(OURS, OWN);
  return url;
}

function runs(args: readonly string[], changes: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return manageImages(repository.folder, args, {
    ...place.environment,
    ...github.environment,
    GITHUB_SERVER_URL: server.url,
    HOME: home,
    GIT_CONFIG_GLOBAL: join(home, ".gitconfig"),
    ...changes,
  });
}

/** A git that writes down what it is called with. */
async function watchedGit(): Promise<{ readonly PATH: string; readonly calls: () => Promise<string> }> {
  const folder = join(home, "bin");
  const [log, real] = [join(home, "calls"), execFileSync("which", ["git"]).toString().trim()];
  await mkdir(folder);
  await writeFile(join(folder, "git"), `#!/bin/sh\necho "$@" >>'${log}'\nexec ${real} "$@"\n`);
  await chmod(join(folder, "git"), 0o755);
  return { PATH: `${folder}:${process.env["PATH"] ?? ""}`, calls: () => readFile(log, "utf8") };
}

describe("a remote that asks for a login", () => {
  it(
    "is given the forge's token, which nothing keeps or shows",
    async () => {
      await given("pushed");
      const { PATH, calls } = await watchedGit();
      // It would keep what it is told.
      await repository.git("config", "credential.helper", "store");
      await repository.git("config", `credential.${server.url}.helper`, `store --file=${home}/kept`);
      const before = await repository.read(".git/config");
      const { exitCode, stdout, stderr } = await runs(["pr"], { PATH, GIT_TRACE: "1" });
      expect(`${exitCode} ${stderr}`).toMatch(/^0 /);
      expect(await origin.tip(BRANCH)).toMatch(/^\w{40}$/);
      expect(github.pulls).toHaveLength(1);
      expect(server.seen).toEqual([OURS]);

      const basic = Buffer.from(OURS).toString("base64");
      expect(await calls()).toMatch(/^push /m);
      for (const text of [stdout, stderr, await calls()]) {
        expect(text).not.toContain("ghp_tests");
        expect(text).not.toContain(basic);
      }
      expect(await repository.read(".git/config")).toEqual(before);
      const kept = ["-rlE", `ghp_tests|${basic}`, join(repository.folder, ".git"), home];
      expect(() => execFileSync("grep", kept)).toThrow();
    },
    2 * MINUTE,
  );

  it.each<[string, (url: string) => Promise<unknown>]>([
    ["in the URL", (url) => repository.git("remote", "set-url", "origin", url.replace("://", `://${OWN}@`))],
    [
      "of a helper",
      async (url) => {
        await writeFile(join(home, ".git-credentials"), `${url.replace("://", `://${OWN}@`)}\n`);
        await repository.git("config", "credential.helper", "store");
      },
    ],
    [
      "in a header, as actions/checkout leaves it",
      (url) => {
        const header = `AUTHORIZATION: basic ${Buffer.from(OWN).toString("base64")}`;
        return repository.git("config", `http.${new URL(url).origin}/.extraheader`, header);
      },
    ],
    ["of .netrc", () => writeFile(join(home, ".netrc"), `machine 127.0.0.1 login ada password her-own\n`)],
  ])(
    "is given what git has %s, before the token",
    async (where, tell) => {
      await tell(await given(where.replace(/\W/g, "").toLowerCase()));
      expect(await runs(["pr", "--dry-run"])).toMatchObject({ exitCode: 0 });
      expect(server.seen).toEqual([OWN]);
    },
    MINUTE,
  );

  it(
    "is given GitLab's token although a job's own is there, which may not push",
    async () => {
      const url = await given("job");
      const gitlab = await startGitLab(() => origin);
      const job = "gitlab-ci-token:job";
      server.logins.splice(0, 2, "oauth2:glpat-tests");
      await writeFile(join(home, ".git-credentials"), `${url.replace("://", `://${job}@`)}\n`);
      await repository.git("config", "credential.helper", "store");
      const environment = { ...gitlab.environment, CI_SERVER_URL: server.url };
      const ran = await manageImages(repository.folder, ["pr", "--dry-run"], {
        ...place.environment,
        ...environment,
        HOME: home,
      });
      await gitlab.stop();
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(server.seen).toEqual(["oauth2:glpat-tests"]);
    },
    MINUTE,
  );

  it(
    "is given the token by whatever asks a repository of the forge, and no other is",
    async () => {
      await given("reads");
      const context = await server.publish(repository, "context");
      const config = JSON.parse((await repository.read("images.config.json")).toString()) as object;
      const withContext = (url: string) =>
        JSON.stringify({ ...config, images: { base: { context: `${url}#main` }, right: {} } });
      await repository.write({ "images.config.json": withContext(context) });
      for (const command of [["prune"], ["plan", "--image", "base"]]) {
        expect(await runs(command)).toMatchObject({ exitCode: 0 });
        expect(server.seen.splice(0)).toEqual([OURS]);
      }

      other.logins.push(OURS);
      await repository.write({
        "images.config.json": withContext(await other.publish(repository, "elsewhere")),
      });
      const { exitCode, stderr } = await runs(["plan", "--image", "base"]);
      expect(`${exitCode} ${stderr}`).toMatch(/^1 [^]*could not read Username/);
      await repository.git("remote", "add", "theirs", `${other.url}/elsewhere.git`);
      expect((await runs(["prune"])).stderr).toMatch(
        /The remote theirs could not be asked[^]*Nothing was deleted[^]*set GITHUB_TOKEN/,
      );
      expect(other.seen).toEqual([]);
    },
    MINUTE,
  );

  it(
    "is not given the token if it is not the forge's, whoever sends git there",
    async () => {
      const url = await given("other", other);
      const before = await runs(["pr", "--dry-run"]);
      expect(before).toMatchObject({ exitCode: 1 });
      expect(before.stderr).toMatch(/could not read Username[^]*set GITHUB_TOKEN \(GitLab: GITLAB_TOKEN\)/);

      server.redirect = other.url;
      await repository.git("remote", "set-url", "origin", url.replace(other.url, server.url));
      expect(await runs(["pr", "--dry-run"])).toMatchObject({ exitCode: 1 });
      expect([...server.seen, ...other.seen]).toEqual([]);
    },
    MINUTE,
  );
});
