import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BASE_IMAGE } from "../test/support/base-images.ts";
import type { Node } from "./random-graph.ts";
import { commitAll } from "./sample-repository.ts";

const NOT_BUILT_YET = `sha256:${"0".repeat(64)}`;

/**
 * Makes a git repository in a temporary folder, which it returns: the graph as our images, and as bake's targets. What ours
 * need besides, the variable `NEEDS` says in JSON. Neither has a network: to set one up takes the engine a tenth of a second for each step, which tells nothing about either.
 */
export async function createBenchRepository(graph: readonly Node[], registry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  await mkdir(join(folder, "dockerfiles"));
  await mkdir(join(folder, "bake"));
  for (const node of graph) {
    const pinned = dockerfileOf(node, (name) => `${registry}/ours/${name}@${NOT_BUILT_YET}`);
    await writeFile(join(folder, `dockerfiles/${node.name}.Dockerfile`), pinned);
    await writeFile(
      join(folder, `bake/${node.name}.Dockerfile`),
      dockerfileOf(node, (name) => name),
    );
  }
  await writeFile(join(folder, "images.config.ts"), configurationOf(graph, `${registry}/ours`));
  await writeFile(join(folder, "bake/docker-bake.json"), bakeFileOf(graph, `${registry}/bake`));
  await writeFile(join(folder, ".dockerignore"), "*\n");
  await commitAll(folder, "A graph to measure");
  return folder;
}

/** A Dockerfile that does the work, and does it anew for each value of `NONCE`. */
function dockerfileOf({ name, parents, work }: Node, reference: (image: string) => string): string {
  const [first, ...others] = parents.map(reference);
  const copies = others.map((other, index) => `COPY --from=${other} /etc/passwd /tmp/${name}.${index}`);
  const run = `RUN sleep ${work} && echo $NONCE >/tmp/${name}`;
  return [`FROM ${first ?? BASE_IMAGE}`, ...copies, "ARG NONCE", run, ""].join("\n");
}

function configurationOf(graph: readonly Node[], registry: string): string {
  const images = graph.map(({ name }) => `    "${name}": { args, network: "none", ...needs },\n`).join("");
  return `import { defineConfig } from "manage-images";

const args = { NONCE: process.env["NONCE"] ?? "" };
const needs = JSON.parse(process.env["NEEDS"] ?? "{}");

export default defineConfig({
  registry: "${registry}",
  images: {
${images}  },
});
`;
}

/** See https://docs.docker.com/build/bake/reference/ */
function bakeFileOf(graph: readonly Node[], registry: string): string {
  const targets = graph.map(({ name, parents }) => [
    name,
    {
      context: ".",
      dockerfile: `bake/${name}.Dockerfile`,
      args: { NONCE: "${NONCE}" },
      network: "none",
      contexts: Object.fromEntries(parents.map((parent) => [parent, `target:${parent}`])),
      tags: [`${registry}/${name}:latest`],
    },
  ]);
  return JSON.stringify({
    variable: { NONCE: { default: "" } },
    group: { default: { targets: graph.map(({ name }) => name) } },
    target: Object.fromEntries(targets) as object,
  });
}
