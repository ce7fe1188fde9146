import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseBlock } from "../../src/requests/marker.ts";
import { mergePull, startGitHub, type Pull } from "../support/forges/github.ts";
import { manageImages } from "../support/manage-images.ts";
import { commitAll, makeRepository, repositoryAt, type Repository } from "../support/repository.ts";
import { requestsForTests } from "./requests.ts";
import { placeForTests } from "./sample.ts";

const MINUTE = 60_000;
const BRANCH = "manage-images/update";
const place = placeForTests();
const requests = await requestsForTests(place, "pr", startGitHub);
const { forge: github, repository, origin, given, runs } = requests;

/** Runs `pr` and gives what became of the requests. */
const proposes = (...args: readonly string[]) => requests.requested("pr", ...args);

/** The same in a clone of nothing but the last commit, as CI makes one for each job. */
async function actionsInCi(): Promise<readonly string[]> {
  const own = { ...repository };
  Object.assign(repository, repositoryAt(await mkdtemp(join(tmpdir(), "shallow-"))));
  try {
    await repository.git("clone", "--quiet", "--depth=1", `file://${origin.folder}`, ".");
    return await actions();
  } finally {
    await repository.remove();
    Object.assign(repository, own);
  }
}

async function actions(...args: readonly string[]): Promise<readonly string[]> {
  return (await proposes(...args)).map(({ action }) => action);
}

function only(): Pull {
  const [pull, ...others] = github.pulls;
  if (pull === undefined || others.length > 0) throw new Error(`${github.pulls.length} pull requests`);
  return pull;
}

/** Commits to the remote's main branch, as a colleague does. */
async function colleagueCommits(files: Parameters<Repository["write"]>[0]): Promise<void> {
  await repository.write(files);
  await commitAll(repository);
  await repository.git("push", "--quiet", "origin", "HEAD:main");
}

/** Commits to the bot's branch, as a person does. */
async function personCommits(file: string, text = "by hand\n"): Promise<string> {
  await repository.git("fetch", "--quiet", "origin", BRANCH);
  await repository.git("switch", "--quiet", "--detach", "FETCH_HEAD");
  await repository.write({ [file]: text });
  await commitAll(repository, `Add ${file}`);
  await repository.git("push", "--quiet", "origin", `HEAD:${BRANCH}`);
  const commit = await repository.git("rev-parse", "HEAD");
  await repository.git("switch", "--quiet", "main");
  return commit;
}

async function changesOf(branch: string): Promise<string> {
  return origin.git("diff", "--name-only", "main", branch);
}

describe("manage-images pr", () => {
  it(
    "opens a request, leaves the user's checkout alone, and has nothing to do the next time",
    async () => {
      const prefix = await given("first");
      await repository.write({ "docs/images.md": "mine\n", "new.txt": "mine\n" });
      await repository.git("add", "new.txt");
      const before = await repository.snapshot();
      expect(
        await actions(
          "--label",
          "images",
          "--reviewer",
          "grace",
          "--reviewer",
          "acme/ops",
          "--assignee",
          "ada",
          "--draft",
        ),
      ).toEqual(["opened"]);
      expect(await repository.snapshot()).toBe(before);
      expect(only()).toMatchObject({
        head: BRANCH,
        base: "main",
        title: "Update image digests: base, right",
        draft: true,
        labels: ["images"],
        reviewers: ["grace", "ops"],
        assignees: ["ada"],
      });
      expect(await changesOf(BRANCH)).toBe("dockerfiles/right.Dockerfile\ndocs/images.md\nimages.lock.json");
      expect(await origin.git("show", `${BRANCH}:docs/images.md`)).toMatch(
        new RegExp(`^Use \`${prefix}/right@sha256:(?!0{64})\\w{64}\`\\.$`),
      );
      const body = only().body;
      expect(body).toMatch(
        /\| <code>base<\/code> \| new → <code>sha256&#58;\w{12}<\/code> \| never built \| [\d.]+ [kM]B \|/,
      );
      expect(body).toMatch(
        /```mermaid\nflowchart LR\n {2}i0\["base"\]:::built\n {2}i1\["right"\]:::built\n {2}i0 --> i1/,
      );
      expect(body).toContain("- documentation: <code>docs/images&#46;md</code>");
      expect(body).toContain("npx manage-images --image base --image right");

      const page = join(origin.folder, "report.html");
      expect(await runs("report", page)).toMatchObject({ exitCode: 0 });
      expect((await readFile(page)).toString()).toContain("dockerfiles/right.Dockerfile");

      const tip = await origin.tip(BRANCH);
      github.asked.splice(0);
      expect(await actions("--label", "images")).toEqual(["unchanged"]);
      expect(await origin.tip(BRANCH)).toBe(tip);
      expect(github.asked.filter((asked) => !asked.startsWith("GET") && !asked.includes("graphql"))).toEqual(
        [],
      );
      expect(await origin.git("worktree", "list")).not.toMatch(/since-/);
      expect(await repository.git("worktree", "list")).not.toMatch(/since-/);
    },
    2 * MINUTE,
  );

  it(
    "brings branch and request up to date in place when the base moves, and keeps what people wrote",
    async () => {
      await given("moves");
      await proposes();
      const pull = only();
      pull.title = "My own title";
      pull.body = `Before.\r\n\r\n${pull.body.replaceAll("\n", "\r\n")}\r\n\r\nAfter.`;
      const content = parseBlock(pull.body)?.content;
      await colleagueCommits({
        "dockerfiles/right.Dockerfile": `${(await repository.read("dockerfiles/right.Dockerfile")).toString()}RUN echo more >/more\n`,
      });
      expect(await actions()).toEqual(["updated"]);
      expect(only().title).toBe("My own title");
      expect(only().body).toMatch(/^Before\.\r\n\r\n<!-- manage-images /);
      expect(only().body).toMatch(/<!-- \/manage-images -->\r\n\r\nAfter\.$/);
      expect(parseBlock(only().body)?.content).not.toBe(content);
      expect(only().body).toMatch(/<code>right<\/code> \| new → .* \| never built \|/);
      expect(await origin.git("rev-list", "--count", `main..${BRANCH}`)).toBe("1");
      expect(await origin.git("merge-base", "main", BRANCH)).toBe(await origin.tip("main"));

      // A change that is of no image moves the branch, too, so that it can be merged as it is.
      await colleagueCommits({ "other.txt": "1\n" });
      expect(await actions()).toEqual(["updated"]);
      expect(await origin.git("merge-base", "main", BRANCH)).toBe(await origin.tip("main"));
      expect(await actions()).toEqual(["unchanged"]);
    },
    2 * MINUTE,
  );

  it(
    "leaves a branch alone that has somebody else's commits, says so once, or adds to them if it is told to",
    async () => {
      await given("foreign");
      await proposes();
      const theirs = await personCommits("by-hand.txt");
      await colleagueCommits({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo other >/base\n" });
      expect(await proposes()).toMatchObject([
        {
          action: "left-alone",
          number: 1,
          foreign: [{ commit: theirs, author: "Ada", subject: "Add by-hand.txt" }],
        },
      ]);
      expect(await origin.tip(BRANCH)).toBe(theirs);
      expect(only().body).toContain(`**Left alone:** <code>manage-images/update</code> has commits`);
      expect(only().body).toContain(
        `<code>${theirs.slice(0, 12)}</code> by <code>Ada</code>: <code>Add by-hand&#46;txt</code>`,
      );
      const { body } = only();
      await proposes();
      expect(only().body).toBe(body);

      expect(await actions("--on-foreign-commits", "append")).toEqual(["unchanged"]);
      await repository.git("fetch", "--quiet", "origin", BRANCH);
      await repository.git("switch", "--quiet", "--detach", "FETCH_HEAD");
      await repository.git("-c", "core.editor=true", "merge", "--quiet", "-X", "ours", "origin/main");
      await repository.git("push", "--quiet", "origin", `HEAD:${BRANCH}`);
      const merged = await origin.tip(BRANCH);
      await repository.git("switch", "--quiet", "main");
      expect(await actions("--on-foreign-commits", "append")).toEqual(["updated"]);
      expect(await origin.git("rev-parse", `${BRANCH}~1`)).toBe(merged);
      expect(await origin.git("show", `${BRANCH}:by-hand.txt`)).toBe("by hand");
      expect(await actions()).toEqual(["left-alone"]);
    },
    3 * MINUTE,
  );

  it(
    "does not take a merge of the base for somebody's work, unless somebody has put something into it",
    async () => {
      await given("button");
      await proposes();
      /** Merges into the bot's branch, as GitHub's button "Update branch" does, with another tree if there is one. */
      const merge = async (theirs: string, tree?: string) => {
        const [ours = ""] = [await origin.tip(BRANCH)];
        const merged = tree ?? (await origin.git("merge-tree", "--write-tree", ours, theirs));
        const commit = await origin.git("commit-tree", merged, "-p", ours, "-p", theirs, "-m", "Merge");
        await origin.git("update-ref", `refs/heads/${BRANCH}`, commit);
        return commit;
      };
      await colleagueCommits({ "other.txt": "1\n" });
      const pressed = await merge("main");
      expect(await actionsInCi()).toEqual(["unchanged"]);
      expect(await origin.tip(BRANCH)).toBe(pressed);
      await colleagueCommits({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo other >/base\n" });
      await merge("main");
      expect(await actions()).toEqual(["updated"]);
      expect(await origin.git("rev-list", "--count", `main..${BRANCH}`)).toBe("1");

      // Something slipped in, and something that is not the base's.
      const slipped = await merge("main", "main^{tree}");
      expect(await actionsInCi()).toEqual(["left-alone"]);
      expect(await origin.tip(BRANCH)).toBe(slipped);
      await origin.git("update-ref", `refs/heads/${BRANCH}`, `${slipped}~1`);
      await repository.git("switch", "--quiet", "-c", "feature");
      await repository.write({ "feature.txt": "1\n" });
      await commitAll(repository);
      await repository.git("push", "--quiet", "origin", "feature");
      await merge("feature");
      await repository.git("switch", "--quiet", "main");
      expect(await actions()).toEqual(["left-alone"]);
    },
    3 * MINUTE,
  );

  it(
    "closes the request and deletes the branch, with the reason, when everything is up to date without it",
    async () => {
      await given("closes");
      await proposes();
      // Somebody builds and pushes to main by hand.
      expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
      await repository.git("push", "--quiet", "origin", "main");
      expect(await actions()).toEqual(["closed"]);
      expect(only().state).toBe("closed");
      expect(only().body).toContain("**Closed:** everything is up to date on <code>main</code>");
      expect(await origin.tip(BRANCH)).toBeUndefined();
      expect(await actions()).toEqual(["nothing"]);

      // What the program closed itself it may propose again.
      await repository.git("revert", "--no-edit", "HEAD");
      await repository.git("push", "--quiet", "origin", "main");
      expect(await actions()).toEqual(["opened"]);
      expect(github.pulls).toHaveLength(2);
    },
    2 * MINUTE,
  );

  it.each(["merge", "squash"] as const)(
    "has nothing to do after a %s, and uses the branch again for the next change",
    async (how) => {
      await given(`after-${how}`);
      await proposes();
      await mergePull(only(), origin, how);
      expect(await actions()).toEqual(["nothing"]);
      await repository.git("pull", "--quiet", "origin", "main");
      await colleagueCommits({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo other >/base\n" });
      expect(await proposes()).toMatchObject([{ action: "opened", number: 2 }]);
      expect(await origin.git("rev-list", "--count", `main..${BRANCH}`)).toBe("1");
    },
    2 * MINUTE,
  );

  it(
    "does not open again what a person has closed, until there are other digests",
    async () => {
      await given("declined");
      await proposes();
      only().state = "closed";
      expect(await proposes()).toMatchObject([{ action: "declined", number: 1 }]);
      await origin.git("update-ref", "-d", `refs/heads/${BRANCH}`);
      expect(await actions()).toEqual(["declined"]);
      expect(await origin.tip(BRANCH)).toBeUndefined();
      await colleagueCommits({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo other >/base\n" });
      expect(await proposes()).toMatchObject([{ action: "opened", number: 2 }]);

      // A forge closes the request of a branch that somebody deletes.
      await origin.git("update-ref", "-d", `refs/heads/${BRANCH}`);
      expect(await proposes()).toMatchObject([{ action: "declined", number: 2 }]);
    },
    2 * MINUTE,
  );

  it(
    "opens a request for a branch that is there without one, as after a kill between the two",
    async () => {
      await given("half");
      github.trouble = ({ method, path }) =>
        method === "POST" && path.endsWith("/pulls")
          ? {
              status: 403,
              body: { message: "GitHub Actions is not permitted to create or approve pull requests." },
            }
          : undefined;
      const refused = await runs("pr");
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/not permitted to create[^]*repository's settings/);
      const tip = await origin.tip(BRANCH);
      expect(tip).toBeDefined();
      github.trouble = () => undefined;
      github.login = "github-actions[bot]";
      const opened = await runs("pr");
      expect(`${opened.exitCode} ${opened.stdout}`).toMatch(
        /^0 [^]*manage-images\/update: opened request 1,/,
      );
      expect(opened.stderr).toMatch(/^note: a pull request that .* starts no workflows: use an app's token/);
      expect(await origin.tip(BRANCH)).toBe(tip);

      // So is what was refused of a request that is there.
      github.trouble = ({ body }) =>
        JSON.stringify(body ?? "").includes("enablePullRequestAutoMerge")
          ? {
              status: 200,
              body: { data: null, errors: [{ message: "Pull request Pull request is in clean status" }] },
            }
          : undefined;
      const clean = await runs("pr", "--auto-merge");
      expect(`${clean.exitCode} ${clean.stderr}`).toMatch(
        /^1 [^]*clean status[^]*protect the branch with a check/,
      );
      github.trouble = () => undefined;
      expect(await actions("--auto-merge")).toEqual(["updated"]);
      expect(only().autoMerge).toBe("MERGE");
      only().autoMerge = undefined;
      expect(await actions("--auto-merge")).toEqual(["unchanged"]);
      expect(only().autoMerge).toBeUndefined();
    },
    2 * MINUTE,
  );

  it(
    "opens one request when two bots are at work at once",
    async () => {
      await given("twice");
      const other = await makeRepository();
      await other.git("remote", "add", "origin", origin.folder);
      await other.git("pull", "--quiet", "origin", "main");
      const environment = { ...place.environment, ...github.environment };
      const both = await Promise.all(
        [repository, other].map(({ folder }) => manageImages(folder, ["pr"], environment)),
      );
      await other.remove();
      expect(both.filter(({ exitCode }) => exitCode === 0).length).toBeGreaterThan(0);
      for (const { exitCode, stderr } of both)
        if (exitCode !== 0) expect(stderr).toMatch(/pushed to by somebody else/);
      expect(only().state).toBe("open");
      expect(await actions()).toEqual([expect.stringMatching(/^(?:updated|unchanged)$/)]);
    },
    2 * MINUTE,
  );

  /** Runs `pr` with a git before which somebody else sets the remote's branch to a commit, when it is to do something. */
  async function runsRaced(command: string, theirs: string, ...args: readonly string[]) {
    const [real, faster] = [execFileSync("which", ["git"]).toString().trim(), join(origin.folder, "bin")];
    await mkdir(faster);
    const push = `'${real}' -C '${origin.folder}' update-ref 'refs/heads/${BRANCH}' ${theirs}`;
    await writeFile(
      join(faster, "git"),
      `#!/bin/sh\n[ "$1" != ${command} ] || ${push}\nexec '${real}' "$@"\n`,
    );
    await chmod(join(faster, "git"), 0o755);
    const environment = { ...place.environment, ...github.environment };
    const PATH = `${faster}:${process.env["PATH"] ?? ""}`;
    return manageImages(repository.folder, ["pr", ...args], { ...environment, PATH });
  }

  it(
    "does not take the place of what somebody pushes between its look and its push",
    async () => {
      await given("lease");
      const theirs = await repository.git("commit-tree", "-p", "main", "-m", "Theirs", "main^{tree}");
      await repository.git("push", "--quiet", "origin", `${theirs}:refs/heads/kept`);
      const ran = await runsRaced("push", theirs);
      expect(`${ran.exitCode} ${ran.stderr}`).toMatch(/^1 [^]*was pushed to by somebody else meanwhile/);
      expect(await origin.tip(BRANCH)).toBe(theirs);
      expect(github.pulls).toEqual([]);
    },
    2 * MINUTE,
  );

  it.each<[string, (base: string, other: string) => Promise<unknown>]>([
    ["is all its own", (base, other) => colleagueCommits({ [base]: other })],
    ["has somebody's commits", (base, other) => personCommits(base, other)],
  ])(
    "does not take the place of what somebody pushes while it builds, to add to a branch that %s",
    async (how, change) => {
      await given(`lease-${how.length}`);
      await proposes();
      await change("dockerfiles/base.Dockerfile", "FROM busybox:1.36\nRUN echo other >/base\n");
      const theirs = await origin.git(
        ...["commit-tree", "-p", BRANCH, "-m", "Theirs"],
        await origin.git("rev-parse", `${BRANCH}^{tree}`),
      );
      const ran = await runsRaced("commit", theirs, "--on-foreign-commits", "append");
      expect(`${ran.exitCode} ${ran.stderr}`).toMatch(/^1 [^]*was pushed to by somebody else meanwhile/);
      expect(await origin.tip(BRANCH)).toBe(theirs);
    },
    2 * MINUTE,
  );

  it(
    "gets over trouble in each call, also where the answer of one that was obeyed is lost",
    async () => {
      await given("trouble");
      const limit = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" };
      const troubles = [
        { status: 502, body: { message: "Server Error" }, obeys: true },
        { status: 403, body: { message: "API rate limit exceeded" }, headers: limit },
      ];
      const asked = new Map<string, number>();
      github.trouble = ({ method, path, body }) => {
        const [, query = ""] =
          /^(?:query|mutation)[^{]*\{\s*(\w+)/.exec((body as { query?: string } | undefined)?.query ?? "") ??
          [];
        const call = `${method} ${path} ${query}`.trim();
        asked.set(call, (asked.get(call) ?? 0) + 1);
        return troubles[(asked.get(call) ?? 0) - 1];
      };
      const flags = ["--label", "images", "--reviewer", "grace", "--assignee", "ada", "--auto-merge"];
      expect(await actions(...flags)).toEqual(["opened"]);
      expect(only()).toMatchObject({ state: "open", autoMerge: "MERGE" });
      for (const [names, name] of [
        [only().labels, "images"],
        [only().reviewers, "grace"],
        [only().assignees, "ada"],
      ] as const)
        expect(names).toContain(name);
      const repo = "/repos/acme/stack";
      expect([...asked.keys()].toSorted()).toEqual([
        `GET ${repo}`,
        `GET ${repo}/pulls`,
        `GET ${repo}/pulls/1`,
        `PATCH ${repo}/pulls/1`,
        "POST /graphql enablePullRequestAutoMerge",
        "POST /graphql viewer",
        `POST ${repo}/issues/1/assignees`,
        `POST ${repo}/issues/1/labels`,
        `POST ${repo}/pulls`,
        `POST ${repo}/pulls/1/requested_reviewers`,
      ]);
    },
    3 * MINUTE,
  );

  it(
    "says before it builds what the token lacks",
    async () => {
      const prefix = await given("rights");
      const environment = { ...place.environment, ...github.environment };
      const run = (changes: Record<string, string>) =>
        manageImages(repository.folder, ["pr"], { ...environment, ...changes });
      expect(await run({ GITHUB_TOKEN: "", GH_TOKEN: "" })).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/GITHUB_TOKEN is not set/) as unknown,
      });
      expect(await run({ GITHUB_TOKEN: "ghp_old" })).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/Bad credentials[^]*not valid/) as unknown,
      });
      expect(await run({ GITHUB_REPOSITORY: "acme/other" })).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/Not Found[^]*permissions/) as unknown,
      });
      await colleagueCommits({
        ".github/workflows/ci.yml": `jobs:\n  a:\n    container: ${prefix}/right@sha256:${"0".repeat(64)}\n`,
      });
      github.login = "github-actions[bot]";
      const refused = await run({});
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(
        /\.github\/workflows\/ci\.yml:3 .*may not change workflows[^]*`workflows` permission/,
      );
      expect((await fetch(`http://${prefix.replace("/", "/v2/")}/base/tags/list`)).status).toBe(404);
      expect(github.pulls).toEqual([]);
      github.login = "ada";
      github.scopes = "repo, read:org";
      expect((await run({})).stderr).toMatch(
        /ci\.yml:3 .*lacks the scope `workflow`[^]*`workflows` permission/,
      );
      github.mayPush = false;
      expect((await run({})).stderr).toMatch(
        /ada, whose GITHUB_TOKEN is, may look .* and not push[^]*role Write/,
      );
      expect((await fetch(`http://${prefix.replace("/", "/v2/")}/base/tags/list`)).status).toBe(404);
      // Of an app GitHub says so in any case.
      Object.assign(github, { login: "images[bot]", scopes: undefined });
      expect(await actions()).toEqual(["opened"]);
    },
    2 * MINUTE,
  );

  it(
    "does not call what failed up to date, and leaves an open request as it is",
    async () => {
      await given("fails");
      await proposes();
      const tip = await origin.tip(BRANCH);
      await colleagueCommits({ "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN false\n" });
      expect(await runs("pr")).toMatchObject({ exitCode: 1 });
      expect(await origin.tip(BRANCH)).toBe(tip);
      expect(only().state).toBe("open");
    },
    2 * MINUTE,
  );
});
