import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { RULES, type Violation } from "../../src/model/violation.ts";
import { manageImages } from "../support/manage-images.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";
import { readExample } from "./example.ts";

const FOUND = {
  "docker/base.Dockerfile": [
    "1:6 unpinned-base",
    "2:1 maintainer",
    "4:5 apt-lists",
    "4:5 apt-update-alone",
    "5:5 apt-recommends",
    "7:5 secret-in-environment",
  ],
  "docker/inference.Dockerfile": [
    "1:1 unused-stage",
    "4:6 unpinned-base",
    "4:52 duplicate-stage",
    "6:1 empty-continuation",
    "9:1 root-user",
    "9:6 unpinned-base",
    "9:48 duplicate-stage",
    "10:1 unknown-rule",
    "14:1 missing-healthcheck",
    "14:11 invalid-instruction",
  ],
  "docker/training.Dockerfile": [
    "1:1 root-user",
    "1:6 unpinned-base",
    "3:9 relative-workdir",
    "4:1 copy-before-install",
    "4:1 git-in-context",
    "5:1 instruction-case",
    "7:1 repeated-instruction",
    "8:5 json-quotes",
  ],
};

describe("the example cv-careless", () => {
  let repository: Repository;
  beforeAll(async () => {
    repository = await makeRepository(await readExample("cv-careless"));
  });
  afterAll(() => repository.remove());

  it("makes every mistake that there is a rule for, and the linter finds each where it is", async () => {
    const environment = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock" };
    const ran = await manageImages(repository.folder, ["lint", "--format", "json"], environment);
    expect(ran).toMatchObject({ exitCode: 1, stderr: "" });
    const { violations } = JSON.parse(ran.stdout) as { readonly violations: readonly Violation[] };
    const foundIn = (file: string) =>
      violations
        .filter((violation) => violation.file === file)
        .toSorted((a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1))
        .map(({ line, column, rule }) => `${line}:${column} ${rule}`);
    const files = [...new Set(violations.map(({ file }) => file))];
    expect(Object.fromEntries(files.map((file) => [file, foundIn(file)]))).toEqual(FOUND);
    expect(new Set(violations.map(({ rule }) => rule))).toEqual(new Set(Object.keys(RULES)));
  });
});
