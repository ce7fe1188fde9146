import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Violation } from "../../src/model/violation.ts";
import { manageImages } from "../support/manage-images.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const ENVIRONMENT = {
  ...GIT_ENVIRONMENT,
  DOCKER_HOST: "unix:///nowhere/docker.sock",
  CI: "true",
  NO_COLOR: "1",
};
const PINNED = `debian:12@sha256:${"a".repeat(64)}`;

/** `app`, which breaks two rules, and `tool`, which breaks none. */
function files(lint: object = {}): Record<string, string> {
  const registry = "registry.example/acme";
  return {
    "images.config.json": JSON.stringify({ registry, lint, images: { app: {}, tool: {} } }),
    "dockerfiles/app.Dockerfile": `FROM ${PINNED}\nARG TOKEN\nUSER root\n`,
    "dockerfiles/tool.Dockerfile": `FROM ${PINNED}\nUSER 1000\n`,
  };
}

let repository: Repository;
beforeAll(async () => {
  repository = await makeRepository(files());
});
afterAll(() => repository.remove());

function lint(...args: readonly string[]) {
  return manageImages(repository.folder, ["lint", ...args], ENVIRONMENT);
}

describe("manage-images lint", () => {
  it("says where, how much it weighs, what, what to do and by which rule, and fails", async () => {
    expect(await lint()).toEqual({
      exitCode: 1,
      stdout: [
        "dockerfiles/app.Dockerfile:2:1  error  `TOKEN` looks like a secret, and ARG leaves it in the image for everybody to read  → pass it as `RUN --mount=type=secret,id=…`, or when the container is started  secret-in-environment",
        "dockerfiles/app.Dockerfile:3:1  warning  the image runs as root: no other USER comes behind this  → end with `USER name`, or with a number where there is no such user  root-user",
        "",
        "1 error and 1 warning in 1 file.",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  it("succeeds where nothing is found, and looks at the named image only", async () => {
    expect(await lint("--image", "tool")).toEqual({
      exitCode: 0,
      stdout: "Nothing breaks a rule.\n",
      stderr: "",
    });
    expect((await lint("--image", "app")).exitCode).toBe(1);
  });

  it("writes JSON for other tools", async () => {
    const { stdout } = await lint("--format", "json");
    const { violations } = JSON.parse(stdout) as { readonly violations: readonly Violation[] };
    expect(violations).toHaveLength(2);
    expect(violations[1]).toEqual({
      rule: "root-user",
      severity: "warning",
      file: "dockerfiles/app.Dockerfile",
      line: 3,
      column: 1,
      image: "app",
      message: "the image runs as root: no other USER comes behind this",
      remedy: "end with `USER name`, or with a number where there is no such user",
    });
  });

  it("annotates a workflow", async () => {
    const { stdout, exitCode } = await lint("--format", "github");
    expect(exitCode).toBe(1);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(
        /^::error file=dockerfiles\/app\.Dockerfile,line=2,col=1,title=manage-images lint%3A secret-in-environment::`TOKEN` /,
      ),
      expect.stringMatching(/^::warning file=dockerfiles\/app\.Dockerfile,line=3,col=1,title=/),
      "1 error and 1 warning in 1 file.",
      "",
    ]);
  });

  it("does not fail by notices", async () => {
    const other = await makeRepository(files({ "root-user": "notice", "secret-in-environment": "off" }));
    const ran = await manageImages(other.folder, ["lint", "--format=github"], ENVIRONMENT);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/^::notice .*\n1 notice in 1 file\.\n$/);
    await other.remove();
  });

  it("refuses a rule or a weight that there is not, and says which there are", async () => {
    const other = await makeRepository(files({ "root-usr": "off", "unused-stage": "loud", maintainer: 1 }));
    const ran = await manageImages(other.folder, ["lint"], ENVIRONMENT);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("lint.root-usr: there is no rule `root-usr`; did you mean `root-user`?");
    expect(ran.stderr).toContain('lint.unused-stage: must say how much the rule weighs, not "loud"');
    expect(ran.stderr).toContain("lint.maintainer: must say how much the rule weighs, not a number");
    expect(ran.stderr).toContain('Write "error", "warning", "notice" or "off".');
    await other.remove();
  });

  it("leaves to others what is no Dockerfile", async () => {
    const other = await makeRepository({ ...files(), "dockerfiles/app.Dockerfile": "FORM x\n" });
    const ran = await manageImages(other.folder, ["lint"], ENVIRONMENT);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("dockerfiles/app.Dockerfile:1");
    await other.remove();
  });
});
