import { describe, expect, it } from "@jest/globals";
import { buildCommand, type BuildFiles } from "../../../src/adapters/buildx/build-arguments.ts";
import type { BuildExtras, BuildRequest } from "../../../src/ports.ts";
import { NO_EXTRAS, PLAIN_REQUEST } from "../requests.ts";

const FILES: BuildFiles = {
  dockerfile: "/s/Dockerfile",
  metadata: "/s/metadata.json",
  contexts: {},
};
const ALWAYS = [
  ...["build", "--progress", "rawjson", "--metadata-file", "/s/metadata.json"],
  ...["--file", "/s/Dockerfile", "--platform", "linux/amd64"],
];
const OFF = ["--provenance=false", "--sbom=false"];
const NAMES = ["--tag", "r.example/app:latest", "/repo/app"];

describe("the arguments of a build", () => {
  it("have attestations off unless they are asked for", () => {
    expect(buildCommand(PLAIN_REQUEST, NO_EXTRAS, FILES, undefined, "engine")).toEqual({
      args: [...ALWAYS, ...OFF, ...NAMES],
      environment: {},
    });
  });

  it.each<[string, Partial<BuildRequest>, Partial<BuildExtras>, readonly string[]]>([
    ["target", { target: "x" }, {}, ["--target", "x", ...OFF]],
    [
      "argument with spaces and quotes",
      { args: { A: `a "b" $c` } },
      {},
      ["--build-arg", `A=a "b" $c`, ...OFF],
    ],
    ["label", { labels: { a: "b=c" } }, {}, ["--label", "a=b=c", ...OFF]],
    [
      "named context",
      {},
      { contexts: { x: { url: "docker-image://busybox" } } },
      ["--build-context", "x=docker-image://busybox", ...OFF],
    ],
    [
      "secret of the environment",
      {},
      { secrets: { t: { environment: "TOKEN" } } },
      ["--secret", "id=t,env=TOKEN", ...OFF],
    ],
    [
      "secret of a file",
      {},
      { secrets: { t: { file: "/repo/a,b" } } },
      ["--secret", 'id=t,"src=/repo/a,b"', ...OFF],
    ],
    ["ssh", {}, { ssh: ["default"] }, ["--ssh", "default", ...OFF]],
    [
      "caches",
      {},
      { cacheFrom: ["type=local,src=/c"], cacheTo: ["type=local,dest=/c"] },
      ["--cache-from", "type=local,src=/c", "--cache-to", "type=local,dest=/c", ...OFF],
    ],
    ["attestations", {}, { provenance: "max", sbom: true }, ["--provenance=mode=max", "--sbom=true"]],
    ["--no-cache and --pull", { noCache: true, pull: true }, {}, [...OFF, "--no-cache", "--pull"]],
  ])("pass on: %s", (_, request, extras, expected) => {
    const { args } = buildCommand(
      { ...PLAIN_REQUEST, ...request },
      { ...NO_EXTRAS, ...extras },
      FILES,
      undefined,
      "engine",
    );
    expect(args).toEqual([...ALWAYS, ...expected, ...NAMES]);
  });

  it("have annotations on each level that there is, in media types that have them", () => {
    const extras = { ...NO_EXTRAS, annotations: { a: "b" } };
    const request = { ...PLAIN_REQUEST, names: ["r.example/app:1", "r.example/app:2"] };
    const one = buildCommand(request, extras, FILES, undefined, "engine").args;
    expect(one).toEqual([
      ...ALWAYS,
      ...["--annotation", "manifest:a=b", ...OFF, "--output"],
      'type=image,"name=r.example/app:1,r.example/app:2",oci-mediatypes=true',
      "/repo/app",
    ]);
    const platforms = ["linux/amd64", "linux/arm64"];
    for (const several of [
      buildCommand({ ...PLAIN_REQUEST, platforms }, extras, FILES, "fleet", "registry"),
      buildCommand(PLAIN_REQUEST, { ...extras, provenance: "max" }, FILES, "fleet", "registry"),
    ])
      expect(several.args).toEqual(
        expect.arrayContaining([
          ...["--annotation", "index:a=b", "--annotation", "manifest:a=b"],
          "type=image,name=r.example/app,push-by-digest=true,push=true,oci-mediatypes=true",
        ]),
      );
  });

  it("do not show the value of an argument whose name tells of a secret", () => {
    const request = { ...PLAIN_REQUEST, args: { API_TOKEN: "hunter2", A: "b" } };
    const { args, environment } = buildCommand(request, NO_EXTRAS, FILES, undefined, "engine");
    expect(args.join(" ")).not.toContain("hunter2");
    expect(args).toEqual(expect.arrayContaining(["--build-arg", "API_TOKEN"]));
    expect(environment).toEqual({ API_TOKEN: "hunter2" });
  });

  it("push by the digest alone where nothing keeps the result", () => {
    const { args } = buildCommand(PLAIN_REQUEST, NO_EXTRAS, FILES, "fleet", "registry");
    expect(args).toEqual(
      expect.arrayContaining([
        "--builder",
        "fleet",
        "type=image,name=r.example/app,push-by-digest=true,push=true",
      ]),
    );
    expect(args).not.toContain("--tag");
  });

  it("take the Dockerfile from standard input where the context is a git repository", () => {
    const extras = { ...NO_EXTRAS, gitContext: "https://g.example/a.git#0123" };
    const { args } = buildCommand(PLAIN_REQUEST, extras, FILES, undefined, "engine");
    expect(args.at(-1)).toBe("https://g.example/a.git#0123");
    expect(args).toEqual(expect.arrayContaining(["--file", "-"]));
  });
});
