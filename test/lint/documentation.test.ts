/** The examples of docs/lint.md, linted by the built program: in a bad one just its rule is broken, in a good one it is not. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { RULES, SEVERITIES, type Violation } from "../../src/model/violation.ts";
import { manageImages } from "../support/manage-images.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const TEXT = readFileSync(new URL("../../docs/lint.md", import.meta.url), "utf8");
const NAMES = Object.keys(RULES) as (keyof typeof RULES)[];
const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };

/** The documentation of a rule: what stands below its headline. */
function sectionOf(rule: string): string {
  return new RegExp(`\n## ${rule}\n([^]*?)(?=\n## |$)`).exec(TEXT)?.[1] ?? "";
}

/** The blocks of a section, with the language that they are in. */
function blocksOf(section: string): readonly { readonly language: string; readonly text: string }[] {
  return [...section.matchAll(/\n```(\w+)\n([^]*?\n)```/g)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));
}

/** An image of its own for each example, in which no other rule is looked for. */
function exampleFiles(): Record<string, string> {
  const files: Record<string, string> = {};
  const images: Record<string, object> = {};
  for (const rule of NAMES) {
    const blocks = blocksOf(sectionOf(rule));
    const lint = Object.fromEntries(NAMES.map((name) => [name, name === rule ? RULES[rule] : "off"]));
    for (const [index, block] of blocks.filter(({ language }) => language === "dockerfile").entries()) {
      const image = `${rule}-${["bad", "good"][index] ?? index}`;
      images[image] = { lint };
      files[`dockerfiles/${image}.Dockerfile`] = block.text;
    }
    const ignore = blocks.find(({ language }) => language === "dockerignore");
    if (ignore !== undefined) files[`dockerfiles/${rule}-good.Dockerfile.dockerignore`] = ignore.text;
  }
  return { ...files, "images.config.json": JSON.stringify({ registry: "registry.example/acme", images }) };
}

let repository: Repository;
let violations: readonly Violation[];
beforeAll(async () => {
  repository = await makeRepository(exampleFiles());
  const ran = await manageImages(repository.folder, ["lint", "--format", "json"], ENVIRONMENT);
  expect(ran.stderr).toBe("");
  expect(ran.exitCode).toBe(1);
  ({ violations } = JSON.parse(ran.stdout) as { violations: readonly Violation[] });
}, 60_000);
afterAll(() => repository.remove());

describe.each(NAMES)("the rule %s", (rule) => {
  it("has a row in the table, with what it weighs", () => {
    expect(TEXT).toMatch(new RegExp(`\\| \\[\`${rule}\`\\]\\(#${rule}\\) +\\| ${RULES[rule]} `));
  });

  it("is broken by the bad example, and by the good one not", () => {
    expect(blocksOf(sectionOf(rule)).filter(({ language }) => language === "dockerfile")).toHaveLength(2);
    const of = (example: string) => violations.filter(({ image }) => image === `${rule}-${example}`);
    expect([...new Set(of("bad").map((violation) => violation.rule))]).toEqual([rule]);
    expect(of("bad").every(({ severity }) => severity === RULES[rule])).toBe(true);
    expect(of("good")).toEqual([]);
  });
});

it("names every severity and no other rule", () => {
  for (const severity of SEVERITIES) expect(TEXT).toContain(`"${severity}"`);
  const sections = [...TEXT.matchAll(/\n## (\S+)\n/g)].map(([, name]) => name);
  expect(sections).toEqual(NAMES);
});
