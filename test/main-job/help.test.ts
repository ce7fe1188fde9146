import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { COMMANDS } from "../../src/cli/all-flags.ts";
import { TOPICS } from "../../src/cli/help-topics.ts";
import { manageImages } from "../support/manage-images.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";
import { sampleFiles } from "./sample.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };

describe("manage-images help", () => {
  it("lists topics and commands", async () => {
    const { exitCode, stdout } = await manageImages("/", ["help", "topics"], ENVIRONMENT);
    expect(exitCode).toBe(0);
    for (const word of [...Object.keys(TOPICS), ...COMMANDS]) expect(stdout).toContain(word);
  });

  it.each(Object.keys(TOPICS))("explains %s in lines that fit a terminal", async (topic) => {
    const { exitCode, stdout } = await manageImages("/", ["help", topic], ENVIRONMENT);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout.split("\n").length).toBeGreaterThan(5);
  });

  it("of a command is the command's own", async () => {
    const [asked, own] = await Promise.all([
      manageImages("/", ["help", "graph"], ENVIRONMENT),
      manageImages("/", ["graph", "--help"], ENVIRONMENT),
    ]);
    expect(asked).toMatchObject({ exitCode: 0, stderr: "" });
    expect(asked).toEqual(own);
  });

  it.each([
    ["refrences", "There is no help on refrences; did you mean references?"],
    ["grpah", "There is no help on grpah; did you mean graph?"],
    ["xyzzy", "There is no help on xyzzy\n"],
  ])("says what is near to %s", async (topic, message) => {
    const ran = await manageImages("/", ["help", topic], ENVIRONMENT);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain("There is help on: configuration, ");
  });
});

describe("a variable of the environment", () => {
  let repository: Repository;
  beforeAll(async () => {
    repository = await makeRepository(sampleFiles("registry.example/acme"));
  });
  afterAll(() => repository.remove());

  const run = (args: readonly string[], variables: Readonly<Record<string, string>>) =>
    manageImages(repository.folder, args, { ...ENVIRONMENT, ...variables });

  it("stands for its flag", async () => {
    const variables = { MANAGE_IMAGES_FORMAT: "json" };
    const byVariable = await run(["graph"], variables);
    expect(byVariable).toEqual(await run(["graph", "--format", "json"], {}));
    expect(byVariable).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run(["graph", "--format", "dot"], variables)).toEqual(
      await run(["graph", "--format", "dot"], {}),
    );
  });

  it("names images, which must be there", async () => {
    const ran = await run(["--dry-run"], { MANAGE_IMAGES_IMAGE: "base,rigth" });
    expect(ran).toMatchObject({ exitCode: 2 });
    expect(ran.stderr).toContain("There is no image rigth; did you mean right?");
  });

  it("with a value that its flag cannot have starts nothing", async () => {
    const ran = await run(["--image", "all"], { MANAGE_IMAGES_DRY_RUN: "maybe" });
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("MANAGE_IMAGES_DRY_RUN=maybe: it is true or false");
    expect(ran.stderr).toContain("It stands for --dry-run.");
  });

  it("of nobody's is told and does no harm", async () => {
    const ran = await run(["digest", "--help"], { MANAGE_IMAGES_CONFGI: "x" });
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    const told = await run(["graph"], { MANAGE_IMAGES_CONFGI: "x" });
    expect(told.exitCode).toBe(0);
    expect(told.stderr).toBe(
      "MANAGE_IMAGES_CONFGI is set, and there is no such flag; did you mean MANAGE_IMAGES_CONFIG?\n",
    );
  });

  it("of a flag that the command does not have is passed over", async () => {
    const variables = {
      MANAGE_IMAGES_IMAGE: "base",
      MANAGE_IMAGES_KEEP_GOING: "true",
      MANAGE_IMAGES_LABEL: "x",
    };
    expect(await run(["digest", "--help"], variables)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run(["graph", "--format", "dot"], { MANAGE_IMAGES_KEEP_GOING: "true" })).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
  });
});
