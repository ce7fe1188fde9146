import { expect, it } from "@jest/globals";
import { frontendAttributes } from "../../../src/adapters/buildkit/frontend-attributes.ts";
import type { BuildRequest } from "../../../src/model/build.ts";
import { NO_EXTRAS, PLAIN_REQUEST } from "../requests.ts";

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
    { extras: { ...NO_EXTRAS, gitContext: "https://g.example/a.git#0123" } },
    { context: "https://g.example/a.git#0123", dockerfilekey: "dockerfile" },
  ],
  [
    "an image as a context",
    { extras: { ...NO_EXTRAS, contexts: { base: { url: "docker-image://r.example/base" } } } },
    { "context:base": "docker-image://r.example/base" },
  ],
  [
    "a directory as a context, whatever it is called",
    { extras: { ...NO_EXTRAS, contexts: { context: { directory: "/repo/x", entries: [] } } } },
    { "context:context": "local:context:context" },
  ],
];

it.each(CASES)("the frontend is told: %s", (_, request, expected) => {
  expect(frontendAttributes({ ...PLAIN_REQUEST, ...request })).toEqual({
    platform: "linux/amd64",
    ...expected,
  });
});
