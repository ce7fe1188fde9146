import { buffer } from "node:stream/consumers";
import { afterEach, expect, it } from "@jest/globals";
import { pack } from "tar-stream";
import { publishLayer } from "../support/base-images.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf } from "./sample.ts";

const MINUTE = 60_000;

const place = placeForTests();
let repository: Repository;
afterEach(() => repository.remove());

/** A base that is not of the configuration, and runs instructions where something is built on it. */
async function publishBase(triggers: readonly string[]): Promise<void> {
  const tar = pack();
  tar.entry({ name: "base", mode: 0o644 }, "base");
  tar.finalize();
  await publishLayer(place.registry, "triggering:1", await buffer(tar), { OnBuild: triggers });
}

async function makeChild(test: string, dockerfile: string): Promise<void> {
  const registry = prefixOf(place.registry.host, test);
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry, images: { child: {} } }),
    ".dockerignore": "/*\n!/a*\n!/b\n",
    "dockerfiles/child.Dockerfile": dockerfile,
    a: "a",
    "a b é": "a",
    "a, b": "a",
    b: "b",
  });
}

it.each<[what: string, trigger: string, rest: string, missing: string]>([
  ["all of it", "COPY . /all/", "COPY a /", "a b é, a, b, b"],
  ["one file", "COPY b /", "", "b"],
  ["files by a pattern, in letters that are encoded", "COPY a*é b /", "COPY b /", "a b é"],
])(
  "what a base's triggers read of the context, and the Dockerfile does not name: %s",
  async (what, trigger, rest, missing) => {
    await publishBase([trigger]);
    await makeChild(`untold-${what.replaceAll(/\W/g, "")}`, `FROM triggering:1\n${rest}\n`);
    const before = await repository.snapshot();
    const ran = await place.run(repository, "--image", "child");
    expect(ran).toMatchObject({ exitCode: 1 });
    expect(ran.stderr).toContain(
      `The build of child reads files of its context that its Dockerfile does not name: ${missing}. An ONBUILD`,
    );
    expect(await repository.snapshot()).toBe(before);
  },
  2 * MINUTE,
);

it.each<[what: string, triggers: readonly string[], rest: string]>([
  ["is named, too", ["COPY b /", "ADD a* /files/"], "COPY a* b /here/"],
  ["lies in what is named", ["COPY b /"], "COPY . /here/"],
  ["is not there at all", ["COPY none* b /"], "COPY b /"],
  ["has a comma in its name", [], 'COPY ["a, b", "/"]'],
])(
  "a base's triggers do no harm where what they read %s",
  async (what, triggers, rest) => {
    await publishBase(triggers);
    await makeChild(`told-${what.replaceAll(/\W/g, "")}`, `FROM triggering:1\n${rest}\n`);
    expect(await place.run(repository, "--image", "child")).toMatchObject({ exitCode: 0 });
  },
  2 * MINUTE,
);
