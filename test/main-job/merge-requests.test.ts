import { describe, expect, it } from "@jest/globals";
import { startGitLab, type Merge } from "../support/forges/gitlab.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { commitAll } from "../support/repository.ts";
import { requestsForTests } from "./requests.ts";
import { placeForTests } from "./sample.ts";

const MINUTE = 60_000;
const BRANCH = "manage-images/update";
const place = placeForTests();
const requests = await requestsForTests(place, "mr", startGitLab);
const { forge: gitlab, repository, origin, given } = requests;

function runs(changes: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> {
  const environment = { ...place.environment, ...gitlab.environment, ...changes };
  return manageImages(repository.folder, ["pr", ...args], environment);
}

async function actions(...args: readonly string[]): Promise<readonly string[]> {
  return (await requests.requested("pr", ...args)).map(({ action }) => action);
}

function only(): Merge {
  const [merge, ...others] = gitlab.merges;
  if (merge === undefined || others.length > 0) throw new Error(`${gitlab.merges.length} merge requests`);
  return merge;
}

async function baseChanges(text: string): Promise<void> {
  await repository.write({ "dockerfiles/base.Dockerfile": `FROM busybox:1.36\nRUN echo ${text} >/base\n` });
  await commitAll(repository);
  await repository.git("push", "--quiet", "origin", "HEAD:main");
}

describe("manage-images pr on GitLab", () => {
  it(
    "opens a merge request, keeps a person's title and the draft, closes it when all is up to date",
    async () => {
      await given("life");
      const added = ["--label", "images", "--label", "bot", "--reviewer", "grace", "--assignee", "ada"];
      expect(await actions("--draft", ...added)).toEqual(["opened"]);
      expect(only()).toMatchObject({
        ...{ source: BRANCH, target: "main", title: "Draft: Update image digests: base, right" },
        ...{ labels: ["images", "bot"], reviewers: [2], assignees: [1] },
      });
      expect(await actions("--draft", ...added)).toEqual(["unchanged"]);

      // Nobody changed the title: a new one is written, and it stays a draft.
      await baseChanges("one");
      expect(await place.run(repository, "--image", "base", "--no-dependents", "--no-commit")).toMatchObject({
        exitCode: 0,
      });
      expect(await actions()).toEqual(["updated"]);
      expect(only().title).toMatch(/^Draft: Update image digests: /);
      only().title = "Draft: Theirs";
      await repository.git("restore", ".");
      await repository.git("clean", "--quiet", "--force");
      await baseChanges("two");
      expect(await actions()).toEqual(["updated"]);
      expect(only().title).toBe("Draft: Theirs");

      expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
      await repository.git("push", "--quiet", "origin", "main");
      expect(await actions()).toEqual(["closed"]);
      expect(only().state).toBe("closed");
      expect(await origin.tip(BRANCH)).toBeUndefined();
    },
    3 * MINUTE,
  );

  it(
    "does not open again what a person has closed",
    async () => {
      await given("declined");
      expect(await actions()).toEqual(["opened"]);
      only().state = "closed";
      expect(await actions()).toEqual(["declined"]);
    },
    2 * MINUTE,
  );

  it(
    "has GitLab merge when all is there, once it has looked at the request, and again after each push",
    async () => {
      await given("auto");
      gitlab.unsettled = 2;
      expect(await actions("--auto-merge")).toEqual(["opened"]);
      expect(only().autoMerge).toBe(await origin.tip(BRANCH));
      expect(await actions("--auto-merge")).toEqual(["unchanged"]);
      await baseChanges("other");
      expect(await actions("--auto-merge")).toEqual(["updated"]);
      expect(only().autoMerge).toBe(await origin.tip(BRANCH));
    },
    2 * MINUTE,
  );

  it(
    "gets over trouble in each call, also where the answer of one that was obeyed is lost",
    async () => {
      await given("trouble");
      const troubles = [
        { status: 503, body: { message: "trouble" }, headers: { "retry-after": "0" }, obeys: true },
        { status: 429, body: { message: "Retry later" }, headers: { "retry-after": "0" } },
      ];
      const asked = new Map<string, number>();
      gitlab.trouble = ({ method, path }) => {
        const call = `${method} ${path}`;
        asked.set(call, (asked.get(call) ?? 0) + 1);
        return troubles[(asked.get(call) ?? 0) - 1];
      };
      const flags = ["--label", "images", "--reviewer", "grace", "--assignee", "ada", "--auto-merge"];
      expect(await actions(...flags)).toEqual(["opened"]);
      expect(only()).toMatchObject({
        labels: expect.arrayContaining(["images"]) as unknown,
        reviewers: [2],
        assignees: [1],
      });
      expect(only().autoMerge).toBe(await origin.tip(BRANCH));
      const requests = "/api/v4/projects/42/merge_requests";
      expect([...asked.keys()].toSorted()).toEqual(
        [
          "GET /api/v4/projects/42",
          `GET ${requests}`,
          `GET ${requests}/1`,
          "GET /api/v4/users",
          `POST ${requests}`,
          `PUT ${requests}/1`,
          `PUT ${requests}/1/merge`,
        ].toSorted(),
      );
    },
    2 * MINUTE,
  );

  it(
    "says before it builds what the token lacks",
    async () => {
      const prefix = await given("rights");
      const said = async (changes: Readonly<Record<string, string>>) => {
        const { exitCode, stderr } = await runs(changes);
        return `${exitCode} ${stderr}`;
      };
      expect(await said({ GITLAB_TOKEN: "" })).toMatch(/^1 [^]*GITLAB_TOKEN is not set/);
      expect(await said({ GITLAB_TOKEN: "glpat-old" })).toMatch(/^1 [^]*401[^]*not valid/);
      gitlab.role = 20;
      expect(await said({})).toMatch(/^1 [^]*may look at the project and not push/);
      expect(await said({ CI_API_V4_URL: "", CI_PROJECT_ID: "" })).toMatch(
        /^2 [^]*--forge github or --forge gitlab/,
      );
      expect((await fetch(`http://${prefix.replace("/", "/v2/")}/base/tags/list`)).status).toBe(404);
    },
    2 * MINUTE,
  );
});
