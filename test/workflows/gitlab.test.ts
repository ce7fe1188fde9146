import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { readPipeline, type Job } from "../support/gitlab-ci.ts";
import { makeRepository, type Repository } from "../support/repository.ts";

const TEMPLATE = readFileSync(new URL("../../docs/workflows/gitlab.yml", import.meta.url), "utf8");
const GUIDE = readFileSync(new URL("../../docs/guides/ci-gitlab.md", import.meta.url), "utf8");
const names = Object.keys(parse(TEMPLATE) as Readonly<Record<string, Job>>);
/** Those that are for whole jobs, not for other templates. */
const jobs = names.filter((name) => !["", "-push"].includes(name.replace(".manage-images", "")));

/** What stands in comments of the template as an example of its use. */
const EXAMPLE = [...TEMPLATE.matchAll(/^# {3}(.*)$/gm)].map(([, line = ""]) => `${line}\n`).join("");
const [, SNIPPET = ""] = /```yaml\n([^]*?)```/.exec(GUIDE) ?? [];

let repository: Repository;
beforeEach(async () => {
  repository = await makeRepository({ ".gitlab/manage-images.yml": TEMPLATE });
  await repository.git("remote", "add", "origin", "https://gitlab.example/acme/stack.git");
});
afterEach(() => repository.remove());

async function pipeline(text: string): Promise<Readonly<Record<string, Job>>> {
  await repository.write({ ".gitlab-ci.yml": text });
  return readPipeline(repository);
}

describe("the template for GitLab", () => {
  it("has nothing but hidden jobs, which are whole by GitLab's schema when they are extended", async () => {
    for (const name of names) expect(name).toMatch(/^\.manage-images/);
    const include = { local: ".gitlab/manage-images.yml" };
    const extended = jobs.map((name) => [name.slice(1), { extends: name, variables: { IMAGE: "base" } }]);
    const whole = await pipeline(JSON.stringify({ include, ...Object.fromEntries(extended) }));
    expect(Object.keys(whole)).toEqual(jobs.map((name) => name.slice(1)));
    for (const { image, before_script: before, script } of Object.values(whole)) {
      expect(image).toEqual({ name: expect.stringMatching(/^node:/) as unknown });
      expect(before).toEqual(expect.arrayContaining(["npm ci"]));
      expect(JSON.stringify([before, script])).toMatch(/npx manage-images/);
      // No secret on a command line.
      expect(JSON.stringify([before, script])).not.toMatch(/\$\w*TOKEN/);
    }
  });

  it("is used as it says itself", async () => {
    const { images, plan, build } = await pipeline(EXAMPLE);
    expect(images).toHaveProperty("rules", [{ if: '$CI_PIPELINE_SOURCE == "schedule"' }]);
    expect(plan).toHaveProperty("script", [expect.stringMatching(/matrix --format gitlab >jobs\.yml$/)]);
    expect(build).toHaveProperty("trigger.include", [{ artifact: "jobs.yml", job: "plan" }]);
  });

  it("is used as its guide says", async () => {
    expect(Object.keys(await pipeline(SNIPPET))).toEqual(["check", "images"]);
  });

  it.each([
    ["images: { extends: .manage-images-nothing, script: x }", /is unspecified/],
    ["images: { extends: .manage-images-bot, nonsense: 1 }", /not expected to be here/],
    ["images: { extends: .manage-images-bot, needs: [plan] }", /could not be found/],
  ])("would not be whole with %s", async (job, message) => {
    await expect(pipeline(`include: { local: .gitlab/manage-images.yml }\n${job}\n`)).rejects.toThrow(
      message,
    );
  });
});
