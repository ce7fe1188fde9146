import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { DescribedGraph } from "../../src/model/described-image.ts";
import { manageImages } from "../support/manage-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Content, type Repository } from "../support/repository.ts";
import { STRANGERS } from "./stranger-repositories.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const ZERO = "0".repeat(64);
const MINUTE = 60_000;

let registry: LocalRegistry;

beforeAll(async () => {
  registry = await startRegistry();
}, MINUTE);

afterAll(() => registry.stop());

/** With the registry's host in the place of `R`. */
function filled(text: string): string {
  return text.replace(/(?<![A-Za-z0-9_.$-])R(?=\/|$|\n)/g, registry.host).replaceAll("ZERO", ZERO);
}

async function makeStranger(files: Readonly<Record<string, Content>>, origin?: string): Promise<Repository> {
  const entries = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === "string" ? filled(content) : content,
  ]);
  const repository = await makeRepository(Object.fromEntries(entries) as Record<string, Content>);
  if (origin !== undefined) await repository.git("remote", "add", "origin", origin);
  return repository;
}

async function run(repository: Repository, ...args: readonly string[]) {
  return manageImages(repository.folder, args, ENVIRONMENT);
}

async function graphOf(repository: Repository): Promise<DescribedGraph> {
  const ran = await run(repository, "graph", "--format", "json");
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as DescribedGraph;
}

describe("init finds the images of", () => {
  it.each(Object.entries(STRANGERS))(
    "%s",
    async (_, stranger) => {
      const repository = await makeStranger(stranger.files, stranger.origin);
      try {
        const ran = await run(repository, "init", "--yes");
        expect(ran).toMatchObject({ exitCode: 0, stderr: "" });

        const graph = await graphOf(repository);
        const dependencies = Object.entries(graph.images).map(([name, image]) => [
          name,
          [...image.dependencies].sort(),
        ]);
        const expected = Object.entries(stranger.graph).map(([name, each]) => [name, [...each].sort()]);
        expect(Object.fromEntries(dependencies)).toEqual(Object.fromEntries(expected));
        const images = JSON.parse(
          filled(JSON.stringify(stranger.images ?? {})).replaceAll('"R/', `"${registry.host}/`),
        ) as object;
        expect(graph.images).toMatchObject(images);

        const configuration = (await repository.read("images.config.ts")).toString();
        for (const text of stranger.configuration ?? [])
          expect(configuration).toContain(filled(text).replaceAll('"R/', `"${registry.host}/`));
        for (const text of stranger.said ?? []) expect(ran.stdout).toContain(text);

        // A registry that was guessed is not to be asked.
        const elsewhere = configuration.includes("A guess") ? ["--registry", registry.host] : [];
        const planned = await run(repository, "plan", "--image", "all", ...elsewhere);
        expect(planned.exitCode).toBe(0);
        // Without an engine there is nothing for images that need buildx.
        expect(planned.stderr).toMatch(/^(?:note: buildx has no builder that works\. .*\n)?$/);
        expect(await repository.git("status", "--porcelain")).toBe("?? images.config.ts");
      } finally {
        await repository.remove();
      }
    },
    MINUTE,
  );
});
