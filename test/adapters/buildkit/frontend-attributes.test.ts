import { expect, it } from "@jest/globals";
import { frontendAttributes } from "../../../src/adapters/buildkit/frontend-attributes.ts";
import type { BuildExtras, BuildRequest } from "../../../src/model/build.ts";

const REQUEST: BuildRequest = {
  ...{ image: "app", contextDirectory: "/repo", contextEntries: [], dockerfile: Buffer.from("") },
  ...{
    args: {},
    platforms: ["linux/amd64"],
    labels: {},
    repository: "r.example/app",
    push: true,
    names: ["app:1"],
  },
  ...{ reproducible: false, noCache: false, pull: false },
};
const EXTRAS: BuildExtras = {
  ...{
    ignored: "",
    contexts: {},
    secrets: {},
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    sbom: false,
    annotations: {},
  },
};

const CASES: readonly (readonly [string, Partial<BuildRequest>, Readonly<Record<string, string>>])[] = [
  ["nothing more", {}, {}],
  ["a target", { target: "final" }, { target: "final" }],
  ["arguments", { args: { A: "1", B: "" } }, { "build-arg:A": "1", "build-arg:B": "" }],
  ["labels", { labels: { "a.b": "c=d" } }, { "label:a.b": "c=d" }],
  ["no network", { network: "none" }, { "force-network-mode": "none" }],
  ["the default network", { network: "default" }, {}],
  ["no cache", { noCache: true }, { "no-cache": "" }],
  ["bases pulled anew", { pull: true }, { "image-resolve-mode": "pull" }],
  [
    "a context in git, whose Dockerfile is ours",
    { extras: { ...EXTRAS, gitContext: "https://g.example/a.git#0123" } },
    { context: "https://g.example/a.git#0123", dockerfilekey: "dockerfile" },
  ],
  [
    "an image as a context",
    { extras: { ...EXTRAS, contexts: { base: { url: "docker-image://r.example/base" } } } },
    { "context:base": "docker-image://r.example/base" },
  ],
  [
    "a directory as a context, whatever it is called",
    { extras: { ...EXTRAS, contexts: { context: { directory: "/repo/x", entries: [] } } } },
    { "context:context": "local:context:context" },
  ],
];

it.each(CASES)("the frontend is told: %s", (_, request, expected) => {
  expect(frontendAttributes({ ...REQUEST, ...request })).toEqual({ platform: "linux/amd64", ...expected });
});
