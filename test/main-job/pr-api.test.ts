import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { BareRepository } from "../support/forges/bare-repository.ts";
import { startGitHub } from "../support/forges/github.ts";
import type { Asked } from "../support/forges/http-forge.ts";
import { manageImages } from "../support/manage-images.ts";
import { commitAll, type Content } from "../support/repository.ts";
import { requestsForTests } from "./requests.ts";
import { placeForTests, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const place = placeForTests();
const startForge = (repository: () => BareRepository) => startGitHub(repository, "enterprise");
const requests = await requestsForTests(place, "api", startForge);
const { forge: github, repository, origin, runs } = requests;

interface Given {
  readonly files?: ((prefix: string) => Readonly<Record<string, Content>>) | undefined;
  readonly commit?: object;
}

function given(test: string, { files, commit }: Given = {}): Promise<string> {
  return requests.given(test, (registry) => ({
    "images.config.json": JSON.stringify({ registry, images: { base: {}, right: {} }, commit }),
    ...files?.(registry),
  }));
}

/** What became of each branch, and what is said of it. */
async function actions(...args: readonly string[]): Promise<readonly string[]> {
  const made = await requests.requested(...args);
  return made.flatMap(({ branch, action, notices = [] }) => [`${branch} ${action}`, ...notices]);
}

const viaApi = (branch: string, ...args: readonly string[]) =>
  actions("pr", "--branch", branch, "--commit-with", "api", ...args);

/** From here on the remote takes nothing from git. */
async function refusePushes(): Promise<void> {
  const hook = join(origin.folder, "hooks", "pre-receive");
  await writeFile(hook, "#!/bin/sh\nexit 1\n");
  await chmod(hook, 0o755);
}

/** All that a branch has above main, but for who made it. */
async function contentOf(branch: string): Promise<string> {
  const commits = (await origin.git("rev-list", "--reverse", `main..${branch}`)).split("\n");
  const shown = commits.map((commit) =>
    Promise.all([origin.git("log", "-1", "--format=%B", commit), origin.git("ls-tree", "-r", "-z", commit)]),
  );
  return JSON.stringify(await Promise.all(shown));
}

async function committersOf(branch: string): Promise<readonly string[]> {
  return (await origin.git("log", "--format=%cn", `main..${branch}`)).split("\n");
}

async function branches(): Promise<readonly string[]> {
  return (await origin.git("for-each-ref", "--format=%(refname:short)", "refs/heads")).split("\n");
}

const isMutation = ({ body }: Asked, name: string) =>
  (body as { query?: string } | undefined)?.query?.includes(`${name}(`) === true;

describe("commits that GitHub makes", () => {
  const program = (prefix: string) => ({
    "run.sh": { program: `#!/bin/sh\ndocker run ${prefix}/right@${ZERO}\n` },
  });

  it.each<[string, Given, number]>([
    ["by one mutation", {}, 1],
    ["one for each image", { commit: { perImage: true } }, 2],
    [
      "with modes of files, for an app, one for each image",
      { files: program, commit: { perImage: true } },
      2,
    ],
  ])(
    "%s, have what git would have pushed, byte for byte and mode for mode",
    async (title, what, count) => {
      await given(title.replace(/\W/g, ""), what);
      if (title.includes("app")) github.login = "images[bot]";
      expect(await actions("pr", "--branch", "by-git")).toEqual(["by-git opened"]);
      await refusePushes();
      expect(await viaApi("by-api")).toEqual(["by-api opened"]);
      expect(await contentOf("by-api")).toBe(await contentOf("by-git"));
      expect(await committersOf("by-api")).toEqual(Array<string>(count).fill("GitHub"));
      expect(await committersOf("by-git")).toEqual(Array<string>(count).fill("Ada"));
      expect(await branches()).toEqual(["by-api", "by-git", "main"]);
      expect(await repository.git("rev-parse", "origin/by-api")).toBe(await origin.tip("by-api"));

      const tip = await origin.tip("by-api");
      expect(await viaApi("by-api")).toEqual(["by-api unchanged"]);
      expect(await origin.tip("by-api")).toBe(tip);
    },
    3 * MINUTE,
  );

  it(
    "replace what was there when the base has moved, and come on top of what others have put there",
    async () => {
      await given("moved");
      expect(await viaApi("ours")).toEqual(["ours opened"]);
      await repository.write({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo new >/base\n" });
      await commitAll(repository, "Change base");
      await repository.git("push", "--quiet", "origin", "main");
      expect(await viaApi("ours")).toEqual(["ours updated"]);
      expect(await origin.git("rev-parse", "ours~1")).toBe(await origin.tip("main"));
      expect(github.pulls).toMatchObject([{ state: "open" }]);

      await repository.git("switch", "--quiet", "--detach", "origin/ours");
      await repository.write({ "docs/theirs.md": "by hand\n" });
      await commitAll(repository, "By hand");
      await repository.git("push", "--quiet", "origin", "HEAD:ours");
      await repository.git("switch", "--quiet", "main");
      expect(await viaApi("ours")).toEqual(["ours left-alone"]);
      await repository.git("switch", "--quiet", "--detach", "origin/ours");
      await repository.write({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo hand >/base\n" });
      await commitAll(repository, "By hand, too");
      await repository.git("push", "--quiet", "origin", "HEAD:ours");
      await repository.git("switch", "--quiet", "main");
      await refusePushes();
      expect(await viaApi("ours", "--on-foreign-commits", "append")).toEqual(["ours updated"]);
      expect(await origin.git("log", "--format=%cn %s", "main..ours")).toBe(
        [
          "GitHub Update image digests: base, right",
          "Ada By hand, too",
          "Ada By hand",
          "GitHub Update image digests: base, right",
        ].join("\n"),
      );
      expect(await branches()).toEqual(["main", "ours"]);
    },
    3 * MINUTE,
  );

  it(
    "are those of the branch that is checked out, and nobody need be known to git",
    async () => {
      await given("current");
      github.signs = false;
      await refusePushes();
      await repository.write({ "docs/mine.md": "mine\n" });
      for (const key of ["user.name", "user.email"]) await repository.git("config", "--unset", key);
      const environment = { ...place.environment, ...github.environment };
      const nobody = {
        GIT_AUTHOR_NAME: "",
        GIT_AUTHOR_EMAIL: "",
        GIT_COMMITTER_NAME: "",
        GIT_COMMITTER_EMAIL: "",
      };
      const ran = await manageImages(
        repository.folder,
        ["--image", "all", "--pr", "--on-current-branch", "--commit-with", "api", "--format", "json"],
        { ...environment, ...nobody, EMAIL: "" },
      );
      expect(`${ran.exitCode} ${ran.stderr}`).toMatch(/^0 /);
      const tip = await origin.tip("main");
      expect(JSON.parse(ran.stdout)).toMatchObject({
        commit: tip,
        requests: [
          {
            ...{ branch: "main", action: "pushed", commit: tip },
            notices: [expect.stringMatching(/^GitHub did not sign the commits on main .*administrator/)],
          },
        ],
      });
      expect(await repository.git("rev-parse", "main")).toBe(tip);
      expect(await repository.git("status", "--porcelain")).toBe("?? docs/mine.md");
      expect(await origin.git("log", "-1", "--format=%cn", "main")).toBe("GitHub");
    },
    2 * MINUTE,
  );

  it.each<[string, Given]>([
    ["mutations", {}],
    ["objects", { files: program }],
  ])(
    "are made once by %s, whatever trouble there is with each call",
    async (how, { files }) => {
      await given(`trouble-${how}`, { files, commit: { perImage: true } });
      const limit = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" };
      const limited = { status: 403, body: { message: "API rate limit exceeded" }, headers: limit };
      const asked = new Map<string, number>();
      github.trouble = ({ method, path, body }) => {
        const call = `${method} ${path} ${JSON.stringify(body)}`;
        asked.set(call, (asked.get(call) ?? 0) + 1);
        const broken = { status: 502, body: { message: "trouble" }, obeys: asked.size % 2 === 0 };
        return [broken, limited][(asked.get(call) ?? 0) - 1];
      };
      const unsigned =
        "GitHub did not sign the commits on ours (unsigned), which are not shown as verified: " +
        "those of executable files are signed for apps alone, so use an app's token";
      expect(await viaApi("ours")).toEqual(["ours opened", ...(how === "objects" ? [unsigned] : [])]);
      expect(await origin.git("log", "--reverse", "--format=%cn %s", "main..ours")).toBe(
        "GitHub Update image digests: base\nGitHub Update image digests: right",
      );
      expect(await branches()).toEqual(["main", "ours"]);
    },
    3 * MINUTE,
  );

  it(
    "do not take the place of what somebody pushes meanwhile",
    async () => {
      await given("raced");
      const theirs = await repository.git("commit-tree", "-p", "main", "-m", "Theirs", "main^{tree}");
      await repository.git("push", "--quiet", "origin", `${theirs}:refs/heads/kept`);
      github.trouble = (asked) => {
        // When the forge has been asked to move the branch, and has not done so.
        const isMoved = isMutation(asked, "updateRefs") && JSON.stringify(asked.body).includes('heads/ours"');
        if (isMoved) execFileSync("git", ["update-ref", "refs/heads/ours", theirs], { cwd: origin.folder });
        return undefined;
      };
      const { exitCode, stderr } = await runs("pr", "--branch", "ours", "--commit-with", "api");
      expect(`${exitCode} ${stderr}`).toMatch(/^1 [^]*ours was pushed to by somebody else meanwhile/);
      expect(await origin.tip("ours")).toBe(theirs);
      expect(await branches()).toEqual(["kept", "main", "ours"]);
      expect(github.pulls).toEqual([]);
    },
    2 * MINUTE,
  );

  it(
    "have no author but the token's owner, and are GitHub's alone",
    async () => {
      await given("refused", { commit: { signoff: true } });
      const said = async (...args: readonly string[]) => {
        const { exitCode, stderr } = await runs("pr", "--commit-with", "api", ...args);
        return `${exitCode} ${stderr}`;
      };
      expect(await said("--author", "A <a@b>")).toMatch(/^2 [^]*--author and --commit-with api exclude/);
      expect(await said()).toMatch(
        /^2 [^]*commit\.signoff and --commit-with api exclude[^]*commit\.trailers/,
      );
      const { stderr } = await runs("--image", "all", "--commit-with", "api");
      expect(stderr).toMatch(/--commit-with is about a request/);
    },
    MINUTE,
  );
});
