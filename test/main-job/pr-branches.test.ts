import { describe, expect, it } from "@jest/globals";
import { startGitHub } from "../support/forges/github.ts";
import { commitAll } from "../support/repository.ts";
import { requestsForTests } from "./requests.ts";
import { placeForTests, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const place = placeForTests();
const requests = await requestsForTests(place, "branches", startGitHub);
const { forge: github, repository, origin, runs } = requests;

/** `right` on `base`, and `tool`, which has nothing to do with them. */
function given(
  test: string,
  configuration?: (prefix: string) => Readonly<Record<string, string>>,
): Promise<string> {
  return requests.given(test, (registry) => ({
    "images.config.json": JSON.stringify({ registry, images: { base: {}, right: {}, tool: {} } }),
    "dockerfiles/tool.Dockerfile": "FROM busybox:1.36\nRUN echo tool >/tool\n",
    "docs/tool.md": `Use ${registry}/tool@${ZERO}\n`,
    ...configuration?.(registry),
  }));
}

async function actions(...args: readonly string[]): Promise<readonly string[]> {
  return (await requests.requested(...args)).map(({ branch, action }) => `${branch} ${action}`);
}

function filesOf(branch: string): Promise<string> {
  return origin.git("diff", "--name-only", "main", branch);
}

describe("a contributor's branch", () => {
  it(
    "gets a commit of nothing but digests, with the configuration of main and not its own",
    async () => {
      await given("contributor", (prefix) => ({
        "images.config.json": "",
        "images.config.mjs": `export default { registry: "${prefix}", images: { base: {}, right: {}, tool: {} } };\n`,
      }));
      await repository.git("rm", "--quiet", "-f", "images.config.json");
      await repository.git("commit", "--quiet", "-m", "One configuration");
      expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
      await repository.git("push", "--quiet", "origin", "main");

      await repository.git("switch", "--quiet", "-c", "feature");
      await repository.write({
        "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo contributed >/base\n",
        "images.config.mjs": 'import { writeFileSync } from "node:fs";\nwriteFileSync("executed", "");\n',
      });
      await commitAll(repository, "Contribute");
      await repository.git("push", "--quiet", "origin", "feature");
      const args = ["--image", "all", "--pr", "--on-current-branch", "--config-from", "origin/main"];
      expect(await actions(...args)).toEqual(["feature pushed"]);

      expect(await repository.read("executed").catch(() => "nothing")).toBe("nothing");
      expect(await origin.git("log", "--format=%s", "main..feature")).toBe(
        "Update image digests: base, right\nContribute",
      );
      const diff = await origin.git(
        "diff",
        "--unified=0",
        "feature~1",
        "feature",
        "--",
        ".",
        ":!images.lock.json",
      );
      const changed = diff.split("\n").filter((line) => /^[+-](?![+-])/.test(line));
      const masked = changed.map((line) => line.slice(1).replace(/[0-9a-f]{64}/, ""));
      expect(changed).toHaveLength(4);
      expect(new Set(masked.slice(0, 2)).size + new Set(masked.slice(2)).size).toBe(2);
      expect(github.asked).toEqual([]);
      expect(await actions(...args)).toEqual([]);

      // Somebody pushes meanwhile.
      await origin.git("update-ref", "refs/heads/feature", "main");
      const behind = await runs(...args);
      expect(behind.exitCode).toBe(1);
      expect(behind.stderr).toMatch(/The remote's feature is not what is checked out here/);
    },
    3 * MINUTE,
  );
});

describe("a configuration that is taken from another revision", () => {
  it(
    "runs no package that the branch brings along",
    async () => {
      const prefix = await given("packages");
      const evil = 'require("node:fs").writeFileSync("executed", "");\n';
      await repository.git("rm", "--quiet", "images.config.json");
      await repository.write({
        "images.config.mjs": `import "shared";\nexport default { registry: "${prefix}", images: { base: {} } };\n`,
      });
      await commitAll(repository);
      await repository.git("switch", "--quiet", "-c", "feature");
      for (const name of ["shared", "manage-images"])
        await repository.write({ [`node_modules/${name}/index.js`]: evil });
      await commitAll(repository);
      const { exitCode, stderr } = await runs("plan", "--image", "base", "--config-from", "main");
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/images\.config\.mjs.* cannot be run: Cannot find .*shared/);
      expect(await repository.read("executed").catch(() => "nothing")).toBe("nothing");
    },
    MINUTE,
  );
});

describe("images that have nothing to do with each other", () => {
  it(
    "have one request together, or one each",
    async () => {
      await given("components");
      expect(await actions("pr")).toEqual(["manage-images/update opened"]);
      expect(await filesOf("manage-images/update")).toBe(
        "dockerfiles/right.Dockerfile\ndocs/images.md\ndocs/tool.md\nimages.lock.json",
      );
      const apart = ["pr", "--group-by", "component", "--branch", "images"];
      expect(await actions(...apart)).toEqual(["images-base opened", "images-tool opened"]);
      expect(await filesOf("images-base")).toBe(
        "dockerfiles/right.Dockerfile\ndocs/images.md\nimages.lock.json",
      );
      expect(await filesOf("images-tool")).toBe("docs/tool.md\nimages.lock.json");
      expect(github.pulls.map(({ title }) => title)).toEqual([
        "Update image digests: base, right, tool",
        "Update image digests: base, right",
        "Update image digests: tool",
      ]);
      expect(await actions(...apart)).toEqual(["images-base unchanged", "images-tool unchanged"]);

      // What is left alone is not built with the others.
      const theirs = await origin.git("commit-tree", "-p", "images-tool", "-m", "Mine", "images-tool^{tree}");
      await origin.git("update-ref", "refs/heads/images-tool", theirs);
      await repository.write({
        "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo other >/base\n",
        "dockerfiles/tool.Dockerfile": "FROM busybox:1.36\nRUN false\n",
      });
      await commitAll(repository, "Change both");
      await repository.git("push", "--quiet", "origin", "main");
      expect(await actions(...apart)).toEqual(["images-tool left-alone", "images-base updated"]);
    },
    2 * MINUTE,
  );

  it(
    "keep their tags where they are until the request is merged, if the bot is told to",
    async () => {
      const prefix = await given("tags");
      const [host = "", path = ""] = prefix.split("/");
      const tags = async () => {
        const answer = await fetch(`http://${host}/v2/${path}/base/tags/list`);
        const { tags: found } = (await answer.json()) as { tags: readonly string[] };
        return found.map((tag) => tag.replace(/^fp-\w+$/, "fp-…")).toSorted();
      };
      expect(await actions("pr", "--no-tags")).toEqual(["manage-images/update opened"]);
      expect(await tags()).toEqual(["fp-…"]);
      // Found again, it gets no tag either.
      expect(await actions("pr", "--no-tags")).toEqual(["manage-images/update unchanged"]);
      expect(await tags()).toEqual(["fp-…"]);
      await repository.git("pull", "--quiet", "origin", "manage-images/update");
      await repository.git("push", "--quiet", "origin", "main");
      expect(await runs("promote", "--tag", "latest", "--require-branch", "main")).toMatchObject({
        exitCode: 0,
      });
      expect(await tags()).toEqual(["fp-…", "latest"]);
    },
    2 * MINUTE,
  );

  it(
    "have no request any more when they come to have something to do with others",
    async () => {
      const prefix = await given("regrouped");
      const apart = ["pr", "--group-by", "component", "--branch", "images"];
      expect(await actions(...apart)).toEqual(["images-base opened", "images-tool opened"]);
      // Somebody else's, by their names alone.
      await repository.git("push", "--quiet", "origin", "main:refs/heads/images-of-mine");
      const merged = `FROM ${prefix}/base@${ZERO}\nRUN echo tool >/tool\n`;
      await repository.write({ "dockerfiles/tool.Dockerfile": merged });
      await commitAll(repository, "Build tool on base");
      await repository.git("push", "--quiet", "origin", "main");
      expect(await actions(...apart)).toEqual(["images-base updated", "images-tool superseded"]);
      expect(github.pulls.map(({ state }) => state)).toEqual(["open", "closed"]);
      expect(github.pulls[1]?.body).toContain("are grouped otherwise now: <code>images-base</code>.");
      expect(await origin.tip("images-tool")).toBeUndefined();
      expect(await origin.tip("images-of-mine")).toBeDefined();

      // Apart again, and with somebody's commit on the branch.
      await repository.write({ "dockerfiles/tool.Dockerfile": "FROM busybox:1.36\nRUN echo tool >/tool\n" });
      await commitAll(repository, "Build tool alone");
      await repository.git("push", "--quiet", "origin", "main");
      expect(await actions(...apart)).toEqual(["images-base updated", "images-tool opened"]);
      await repository.git("fetch", "--quiet", "origin", "images-tool");
      const theirs = await repository.git(
        "commit-tree",
        "-p",
        "FETCH_HEAD",
        "-m",
        "Mine",
        "FETCH_HEAD^{tree}",
      );
      await repository.git("push", "--quiet", "origin", `${theirs}:images-tool`);
      expect(await actions("pr", "--branch", "images")).toEqual([
        "images opened",
        "images-base superseded",
        "images-tool superseded",
      ]);
      expect(await origin.tip("images-base")).toBeUndefined();
      expect(await origin.tip("images-tool")).toBe(theirs);
      expect(github.pulls.map(({ state }) => state)).toEqual(["closed", "closed", "closed", "open"]);
    },
    4 * MINUTE,
  );

  it(
    "are told apart from a run without requests",
    async () => {
      await given("usage");
      const { exitCode, stderr } = await runs("--image", "all", "--draft");
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/--draft is about a request[^]*--pr/);
      expect((await runs("pr", "--no-push")).stderr).toMatch(
        /--no-push and a pull request exclude each other/,
      );
      expect((await runs("pr", "--remote", "nowhere")).stderr).toMatch(/no remote nowhere/);
      expect((await runs("pr", "--base-branch", "nowhere")).stderr).toMatch(/no branch nowhere/);
      expect((await runs("pr", "--branch", "main", "--base-branch", "main")).stderr).toMatch(/into itself/);
      expect((await runs("pr", "--branch", "a..b")).stderr).toMatch(
        /--branch "a\.\.b" is no name of a branch; write it like /,
      );
    },
    MINUTE,
  );
});
