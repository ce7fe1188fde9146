import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";

type Job = Readonly<Record<string, unknown>>;
const template = parse(
  readFileSync(new URL("../../docs/workflows/gitlab.yml", import.meta.url), "utf8"),
) as Readonly<Record<string, Job>>;

/** Of https://docs.gitlab.com/ci/yaml/#job-keywords, those that a job of a template may well have. */
const KEYWORDS = [
  ...["after_script", "allow_failure", "artifacts", "before_script", "cache", "dependencies", "environment"],
  ...["extends", "image", "interruptible", "needs", "parallel", "resource_group", "retry", "rules", "script"],
  ...["services", "stage", "tags", "timeout", "trigger", "variables", "when"],
];

/** A job with all that it extends, as GitLab merges them. */
function whole(name: string): Job {
  const { extends: parent, ...own } = template[name] ?? {};
  return typeof parent === "string" ? { ...whole(parent), ...own } : own;
}

describe("the template for GitLab", () => {
  it.each(Object.entries(template))("%s is a hidden job of keywords that there are", (name, job) => {
    expect(name).toMatch(/^\.manage-images/);
    expect(KEYWORDS).toEqual(expect.arrayContaining(Object.keys(job)));
    if (job["extends"] !== undefined) expect(Object.keys(template)).toContain(job["extends"]);
    for (const key of ["script", "before_script"])
      for (const line of (whole(name)[key] ?? []) as readonly unknown[]) expect(typeof line).toBe("string");
  });

  it("gives each job that runs the program its packages first, and puts no secret on a command line", () => {
    for (const name of Object.keys(template).filter((each) => template[each]?.["script"] !== undefined)) {
      const { image, before_script: before, script } = whole(name) as Record<string, readonly string[]>;
      expect(image).toMatch(/^node:/);
      expect(before?.[0]).toBe("npm ci");
      expect([...(before ?? []), ...(script ?? [])].join("\n")).not.toMatch(/\$\w*TOKEN/);
    }
  });
});
