import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Content, type Repository } from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", CI: "true" };
const SECRETLESS = "secret\n";

let registry: LocalRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

let repository: Repository;
afterEach(() => repository.remove());

/** Which files of the context go into the image. */
async function inputsWith(files: Readonly<Record<string, Content>>): Promise<readonly string[]> {
  repository = await makeRepository({
    "images.config.json": JSON.stringify({
      registry: `${registry.host}/acme`,
      images: { app: { context: "app", dockerfile: "docker/Dockerfile", contexts: { lib: "lib" } } },
    }),
    "docker/Dockerfile": "FROM scratch\nCOPY file secret* /\nCOPY --from=lib file secret* /lib/\n",
    "app/file": "",
    "app/secret": "",
    "lib/file": "",
    "lib/secret": "",
    ...files,
  });
  const args = ["plan", "--image", "app", "--inputs", "--format", "json"];
  const ran = await manageImages(repository.folder, args, ENVIRONMENT);
  expect(ran).toMatchObject({ exitCode: 0 });
  const { images } = JSON.parse(ran.stdout) as { images: { app: { context: object } } };
  return Object.keys(images.app.context).sort();
}

const ALL = ["file", "lib//file", "lib//secret", "secret"];

it.each<[what: string, files: Readonly<Record<string, Content>>, kept: readonly string[]]>([
  ["there is none", {}, ALL],
  ["it is a file", { "app/.dockerignore": SECRETLESS }, ["file", "lib//file", "lib//secret"]],
  [
    "it is a link to a file of the context",
    { "app/.dockerignore": { linkTo: "own/ignored" }, "app/own/ignored": SECRETLESS },
    ["file", "lib//file", "lib//secret"],
  ],
  [
    "a named context's is a link in it",
    { "lib/.dockerignore": { linkTo: "ignored" }, "lib/ignored": SECRETLESS },
    ["file", "lib//file", "secret"],
  ],
  [
    "the Dockerfile's own is a link to a file beside it, and counts instead",
    {
      "docker/Dockerfile.dockerignore": { linkTo: "ignored" },
      "docker/ignored": "file\n",
      "app/.dockerignore": SECRETLESS,
    },
    ["lib//file", "lib//secret", "secret"],
  ],
  [
    "it is a link out of the context",
    { "app/.dockerignore": { linkTo: "../lib/i" }, "lib/i": SECRETLESS },
    ALL,
  ],
  ["it is a link to nothing", { "app/.dockerignore": { linkTo: "nothing" } }, ALL],
])("an ignore file is read as BuildKit reads it where %s", async (_, files, kept) => {
  expect(await inputsWith(files)).toEqual(kept);
});
