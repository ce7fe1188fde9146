import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { defineConfig } from "../../src/config/define-config.ts";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import { ConfigurationError, type Problem } from "../../src/errors.ts";

const ROOT = { directory: ".", file: "images.config.ts" };
const REGISTRY = "registry.example/team";

function problemsOf(
  input: unknown,
  place: Parameters<typeof resolveConfiguration>[1] = ROOT,
): readonly Problem[] {
  try {
    resolveConfiguration(input, place);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** `where: what` of each problem. */
function said(input: unknown, place = ROOT): readonly string[] {
  return problemsOf(input, place).map(({ where, what }) => `${where}: ${what}`);
}

/** What is said of one image that is called `a`; `b` and `base` are there, too. */
function saidOfImage(image: unknown): readonly string[] {
  return said({ registry: REGISTRY, images: { a: image, b: { tags: ["b"] }, base: { tags: ["base"] } } });
}

describe("resolveConfiguration", () => {
  it("fills in every default", () => {
    expect(
      resolveConfiguration(defineConfig({ registry: REGISTRY, images: { base: {} } }), ROOT).images,
    ).toEqual([
      {
        name: "base",
        repository: "registry.example/team/base",
        dockerfile: "dockerfiles/base.Dockerfile",
        context: ".",
        args: {},
        platforms: ["linux/amd64"],
        tags: ["latest"],
        labels: {},
        tests: [],
      },
    ]);
  });

  it("takes what an image has of its own, then what the top level has", () => {
    const configuration = defineConfig({
      registry: REGISTRY,
      dockerfile: "images/{image}/Dockerfile",
      context: "images/{image}",
      platforms: ["linux/arm64"],
      tags: ["edge"],
      labels: { vendor: "acme", kind: "any" },
      images: {
        base: {},
        own: {
          dockerfile: "own.Dockerfile",
          context: "./own/",
          target: "release",
          args: { PARENT: "image:base", REF: "main" },
          platforms: ["linux/arm/v7"],
          tags: ["v1", "v2"],
          labels: { kind: "special" },
          network: "host",
          dependencies: ["base"],
          repository: "other.example/own",
        },
      },
    });
    const [base, own] = resolveConfiguration(configuration, ROOT).images;
    expect(base).toMatchObject({
      dockerfile: "images/base/Dockerfile",
      context: "images/base",
      platforms: ["linux/arm64"],
      tags: ["edge"],
      labels: { vendor: "acme", kind: "any" },
    });
    expect(own).toEqual({
      name: "own",
      repository: "other.example/own",
      dockerfile: "own.Dockerfile",
      context: "own",
      target: "release",
      args: { PARENT: { image: "base" }, REF: "main" },
      platforms: ["linux/arm/v7"],
      tags: ["v1", "v2"],
      labels: { vendor: "acme", kind: "special" },
      tests: [],
      network: "host",
      declaredDependencies: ["base"],
    });
  });

  it("takes paths relative to the configuration file, as far up as the root of the repository", () => {
    const configuration = {
      registry: REGISTRY,
      images: { a: { context: "../.." }, b: { dockerfile: "../D", tags: ["b"] } },
    };
    const { images } = resolveConfiguration(configuration, { directory: "deploy/docker", file: "f" });
    expect(images).toMatchObject([
      { dockerfile: "deploy/docker/dockerfiles/a.Dockerfile", context: "." },
      { dockerfile: "deploy/D", context: "deploy/docker" },
    ]);
  });

  it("puts the command line's registry in the place of the configuration's", () => {
    const configuration = { registry: REGISTRY, images: { a: {}, b: { repository: "fixed.example/b" } } };
    const { images } = resolveConfiguration(configuration, { ...ROOT, registry: "localhost:5000" });
    expect(images.map(({ repository }) => repository)).toEqual(["localhost:5000/a", "fixed.example/b"]);
    expect(
      resolveConfiguration({ images: { a: {} } }, { ...ROOT, registry: "r.example" }).images,
    ).toHaveLength(1);
  });

  it("keeps the order of the configuration", () => {
    const names = ["z", "a", "m", "constructor"];
    const images = Object.fromEntries(names.map((name) => [name, {}]));
    expect(resolveConfiguration({ registry: REGISTRY, images }, ROOT).images.map(({ name }) => name)).toEqual(
      names,
    );
  });

  it("takes a key that is undefined for one that is left out", () => {
    expect(saidOfImage({ target: undefined, tags: undefined })).toEqual([]);
  });

  it("lets images share a repository when their tags differ", () => {
    const image = (tag: string) => ({ repository: "r.example/stack", tags: [tag] });
    expect(said({ images: { a: image("release"), b: image("dev") } })).toEqual([]);
  });

  it.each([
    "r",
    "registry.example",
    "localhost:5000",
    "localhost:5000/team",
    "[::1]:5000/x",
    "docker.io/acme",
    "Registry.example/x",
  ])("takes %s for a registry", (registry) => {
    expect(said({ registry, images: { a: {} } })).toEqual([]);
  });

  it.each(["linux/amd64", "linux/arm/v7", "linux/386", "windows/amd64"])(
    "takes %s for a platform",
    (platform) => {
      expect(saidOfImage({ platforms: [platform] })).toEqual([]);
    },
  );

  it.each(["a", "0", "cuda-12.4", "a__b", "x--y", "constructor", "a".repeat(128)])(
    "takes %s for a name",
    (name) => {
      expect(said({ registry: REGISTRY, images: { [name]: {} } })).toEqual([]);
    },
  );
});

describe("a configuration that is none", () => {
  it.each([
    [undefined, "undefined"],
    [null, "null"],
    ["text", "text"],
    [[], "a list"],
    [() => ({}), "a function"],
  ])("is refused: %p", (input, kind) => {
    expect(said(input)).toEqual([`images.config.ts: exports ${kind}, not a configuration`]);
  });

  it("is said to be called if it is a function", () => {
    expect(problemsOf(() => ({}))[0]?.remedy).toContain("call it");
  });

  it.each([
    [{ registry: "r" }, "images: is missing"],
    [{ registry: "r", images: {} }, "images: there is no image"],
    [{ registry: "r", images: [] }, "images: must be an object, not a list"],
    [{ registry: "r", images: { a: null } }, "images.a: must be an object, not null"],
    [{ registry: "r", images: { a: "x" } }, "images.a: must be an object, not text"],
  ])("is refused without images: %j", (input, message) => {
    expect(said(input)).toEqual([message]);
  });
});

describe("keys", () => {
  it.each([
    [{ dockerfil: "x" }, "images.a.dockerfil: unknown key `dockerfil`; did you mean `dockerfile`?"],
    [{ Tags: ["x"] }, "images.a.Tags: unknown key `Tags`; did you mean `tags`?"],
    [{ zebra: 1 }, "images.a.zebra: unknown key `zebra`"],
    [{ constructor: 1 }, "images.a.constructor: unknown key `constructor`"],
    [JSON.parse('{"__proto__": {}}'), "images.a.__proto__: unknown key `__proto__`"],
    [{ "odd key": 1 }, 'images.a["odd key"]: unknown key `odd key`'],
    [{ registry: "x" }, "images.a.registry: `registry` belongs to the whole configuration"],
  ])("that an image does not have are refused: %j", (image, message) => {
    expect(saidOfImage(image)).toEqual([message]);
  });

  it.each([
    [{ imagse: {} }, "imagse: unknown key `imagse`; did you mean `images`?"],
    [{ target: "x" }, "target: `target` belongs to an image"],
    [{ builders: { fleet: { concurrency: 0 } } }, "builders.fleet.concurrency: is no bound"],
    [{ builders: { fleet: { concurrency: 1, bound: 1 } } }, "builders.fleet: unknown key `bound`"],
    [{ args: {} }, "args: `args` belongs to an image"],
    [{ reference: {} }, "reference: unknown key `reference`; did you mean `references`?"],
  ])("that the top level does not have are refused: %j", (more, message) => {
    expect(said({ registry: REGISTRY, images: { a: {} }, ...more })).toEqual([message]);
  });

  it.each(["includeGit"])("of later versions are never ignored: %s", (key) => {
    expect(saidOfImage({ [key]: [] })).toEqual([
      `images.a.${key}: \`${key}\` is not supported by this version yet`,
    ]);
  });

  it("are listed where none is near", () => {
    const [problem] = problemsOf({ registry: REGISTRY, images: { a: { zebra: 1 } } });
    expect(problem?.remedy).toBe(
      "The keys here are: dockerfile, context, target, args, platforms, tags, labels, lint, reproducible, network, contexts, secrets, ssh, cacheFrom, cacheTo, provenance, sbom, annotations, platformArgs, builder, test, dependencies, repository.",
    );
  });
});

describe("values", () => {
  it.each([
    [{ dockerfile: "" }, "images.a.dockerfile: is empty"],
    [{ dockerfile: "/etc/Dockerfile" }, "images.a.dockerfile: /etc/Dockerfile is an absolute path"],
    [{ dockerfile: "../Dockerfile" }, "images.a.dockerfile: ../Dockerfile is outside the git repository"],
    [{ dockerfile: "a/../../b" }, "images.a.dockerfile: a/../../b is outside the git repository"],
    [{ dockerfile: "docker\\D" }, 'images.a.dockerfile: "docker\\\\D" has a backslash'],
    [{ dockerfile: 1 }, "images.a.dockerfile: must be text, not a number"],
    [{ dockerfile: "docker/" }, "images.a.dockerfile: docker/ is a directory"],
    [{ dockerfile: "." }, "images.a.dockerfile: . is a directory"],
    [
      { dockerfile: { command: "python3 render.py" } },
      "images.a.dockerfile: `command` must be a list of words: no shell takes it apart",
    ],
    [
      { dockerfile: { command: [] } },
      "images.a.dockerfile: `command` must be a list that begins with a program",
    ],
    [{ dockerfile: { comand: ["x"] } }, "images.a.dockerfile: unknown key `comand`"],
    [{ context: "C:/work" }, "images.a.context: C:/work is an absolute path"],
    [{ context: ".." }, "images.a.context: .. is outside the git repository"],
    [
      { context: "https://git.example/repo.tar#main" },
      "images.a.context: is a URL of something else than a git repository",
    ],
    [{ context: "https://ada:pw@git.example/repo.git" }, "images.a.context: has a password in its URL"],
    [{ contexts: { x: 1 } }, "images.a.contexts.x: must be text or an object, not a number"],
    [{ contexts: { x: "" } }, "images.a.contexts.x: is empty"],
    [{ contexts: { x: "../x" } }, "images.a.contexts.x: ../x is outside the git repository"],
    [{ contexts: { "a b": "x" } }, 'images.a.contexts["a b"]: "a b" is no name for a context'],
    [{ contexts: { x: "image:bse" } }, 'images.a.contexts.x: there is no image "bse"; did you mean base?'],
    [
      { contexts: { x: "docker-image://Base" } },
      'images.a.contexts.x: "docker-image://Base" does not name an image',
    ],
    [
      { contexts: { x: { image: "base" } } },
      "images.a.contexts.x: only an image of a registry can be optional",
    ],
    [
      { contexts: { x: { image: "docker-image://base", optionl: true } } },
      "images.a.contexts.x: unknown key `optionl`",
    ],
    [{ secrets: { s: "hunter2" } }, "images.a.secrets.s: must be an object, not text"],
    [{ secrets: { s: { env: "A B" } } }, 'images.a.secrets.s: "A B" is no name of an environment variable'],
    [{ secrets: { "s,x": { env: "A" } } }, 'images.a.secrets["s,x"]: "s,x" is no id of a secret'],
    [
      { secrets: { s: { env: "A", file: "b" } } },
      "images.a.secrets.s: must have `file` or `env`, and nothing else",
    ],
    [{ ssh: ["a b"] }, "images.a.ssh[0]: is no SSH agent or key"],
    [{ cacheTo: ["type=registry, ref=x"] }, 'images.a.cacheTo[0]: "type=registry, ref=x" is no cache'],
    [{ provenance: "all" }, "images.a.provenance: is no provenance"],
    [{ sbom: "yes" }, "images.a.sbom: must be true or false, not text"],
    [{ builder: "-x" }, "images.a.builder: is no name of a builder"],
    [
      { platformArgs: { "linux/arm64": { A: "b" } } },
      'images.a.platformArgs["linux/arm64"]: the image is not built for linux/arm64',
    ],
    [
      { platformArgs: { "linux/amd64": { "A B": "b" } } },
      'images.a.platformArgs["linux/amd64"]["A B"]: "A B" is no name for an argument',
    ],
    [{ target: "" }, "images.a.target: is no name of a stage"],
    [{ tags: ["{shaa}"] }, "images.a.tags[0]: there is no value for {shaa} in a tag"],
    [{ args: ["A=b"] }, "images.a.args: must be an object, not a list"],
    [{ args: { A: 3.1 } }, "images.a.args.A: must be text, not a number"],
    [{ args: { A: undefined } }, "images.a.args.A: must be text, not undefined"],
    [{ args: { "A=B": "x" } }, 'images.a.args["A=B"]: "A=B" is no name for an argument'],
    [JSON.parse('{"args": {"__proto__": "x"}}'), "images.a.args: `__proto__` cannot be a key"],
    [{ args: { A: "image:bse" } }, 'images.a.args.A: there is no image "bse"; did you mean base?'],
    [{ args: { A: "image:a" } }, "images.a.args.A: an image cannot be built on itself"],
    [{ platforms: "linux/amd64" }, "images.a.platforms: must be a list, not text"],
    [{ platforms: [] }, "images.a.platforms: is an empty list"],
    [{ platforms: ["linux"] }, 'images.a.platforms[0]: "linux" is no platform'],
    [{ platforms: ["linux/x86_64"] }, "images.a.platforms[0]: Docker calls x86_64 amd64"],
    [{ tags: [] }, "images.a.tags: is an empty list"],
    [{ tags: ["x", "x"] }, "images.a.tags: has x twice"],
    [{ tags: ["a b"] }, 'images.a.tags[0]: "a b" is no tag'],
    [{ tags: ["ok", 2] }, "images.a.tags[1]: must be text, not a number"],
    [{ labels: { a: true } }, "images.a.labels.a: must be text, not true or false"],
    [{ network: "bridge" }, 'images.a.network: there is no network "bridge"'],
    [{ reproducible: "yes" }, "images.a.reproducible: must be true or false, not text"],
    [{ test: "--help" }, "images.a.test: must be a list, not text"],
    [{ test: ["--help"] }, "images.a.test[0]: must be a list, not text"],
    [{ test: [["--port", 80]] }, "images.a.test[0][1]: must be text, not a number"],
    [{ test: [{}] }, "images.a.test[0].command: must be a list, not undefined"],
    [{ test: [{ command: [], entrypoint: "sh" }] }, "images.a.test[0].entrypoint: must be a list, not text"],
    [
      { test: [{ command: [], network: "bridge" }] },
      'images.a.test[0].network: there is no network "bridge"',
    ],
    [{ test: [{ command: [], timeout: "9" }] }, "images.a.test[0].timeout: must be a number, not text"],
    [{ test: [{ command: [], timeout: 0 }] }, "images.a.test[0].timeout: 0 is no time for a test"],
    [{ test: [{ command: [], time: 9 }] }, "images.a.test[0]: unknown key `time`"],
    [{ dependencies: ["nope"] }, 'images.a.dependencies[0]: there is no image "nope"'],
    [{ dependencies: ["z"] }, 'images.a.dependencies[0]: there is no image "z"; did you mean b?'],
    [{ dependencies: ["a"] }, "images.a.dependencies[0]: an image cannot be built on itself"],
    [{ dependencies: ["b", "b"] }, "images.a.dependencies[1]: b is there twice"],
    [
      { repository: "https://r.example/a" },
      'images.a.repository: "https://r.example/a" is no place in a registry',
    ],
    [{ repository: "r.example/A" }, 'images.a.repository: "r.example/A" is no place in a registry'],
  ])("are refused: %j", (image, message) => {
    expect(saidOfImage(image)).toEqual([message]);
  });

  it("may be tests: arguments alone, or an object with them", () => {
    const whole = { command: [], entrypoint: ["sh"], network: "default", timeout: 0.5 } as const;
    const test = [["--help"], { command: ["-v"] }, whole];
    const { images } = resolveConfiguration({ registry: REGISTRY, images: { a: { test } } }, ROOT);
    const defaults = { network: "none", timeout: 300 };
    expect(images[0]?.tests).toEqual([
      { command: ["--help"], ...defaults },
      { command: ["-v"], ...defaults },
      whole,
    ]);
  });

  it.each([
    [{ test: ["--help"] }, 'Write it in brackets: ["--help"].'],
    [{ args: { A: 3.1 } }, 'Write it in quotes: "3.1".'],
    [{ tags: "x" }, 'Write it in brackets: ["x"].'],
    [{ repository: "https://r.example/a" }, "Leave out https://"],
    [{ repository: "r.example/a:v1" }, "Leave out the tag or digest; there are `tags`."],
    [{ repository: "r.example/a/" }, "Leave out the slash at the end."],
    [{ platforms: ["linux/aarch64"] }, 'Write "linux/arm64".'],
  ])("come with a remedy: %j", (image, remedy) => {
    expect(problemsOf({ registry: REGISTRY, images: { a: image } }).map((problem) => problem.remedy)).toEqual(
      [remedy],
    );
  });

  it.each(["all", "", "Base", "a/b", "-a", "a.", "a b", "a".repeat(129), "__proto__"])(
    "are no names: %j",
    (name) => {
      const input: unknown = JSON.parse(`{"registry": "r", "images": {${JSON.stringify(name)}: {}}}`);
      expect(said(input)).toEqual([expect.stringContaining("name for an image")]);
    },
  );
});

describe("registries", () => {
  it.each([
    "",
    "https://r.example",
    "r.example/",
    "r.example/a:v1",
    "r.example/Team",
    "r.example/a@sha256:0",
  ])("are refused: %j", (registry) => {
    expect(said({ registry, images: { a: {} } })).toEqual([
      `registry: ${JSON.stringify(registry)} is no place in a registry`,
    ]);
  });

  it("are refused from the command line, too", () => {
    expect(said({ images: { a: {} } }, { ...ROOT, registry: "http://r" } as typeof ROOT)).toEqual([
      '--registry: "http://r" is no place in a registry',
    ]);
  });

  it("are needed only where an image has no repository", () => {
    expect(said({ images: { a: { repository: "r.example/a" } } })).toEqual([]);
    expect(said({ images: { a: { repository: "r.example/a" }, b: {} } })).toEqual([
      "registry: is missing, and images.b has no `repository`",
    ]);
  });
});

describe("images that push the same tag to one repository", () => {
  it("are refused, under whatever name the repository goes", () => {
    const images = {
      a: { repository: "acme/x", tags: ["v1", "v2"] },
      b: { repository: "docker.io/acme/x", tags: ["v2"] },
    };
    expect(said({ images })).toEqual(["images.b.tags: pushes v2 to docker.io/acme/x, and so does images.a"]);
  });

  it("are refused though the tags of the top level cannot be read", () => {
    const image = { repository: "r.example/x", tags: ["v1"] };
    expect(said({ tags: [], images: { a: image, b: image, c: { repository: "r.example/x" } } })).toEqual([
      "tags: is an empty list",
      "images.b.tags: pushes v1 to r.example/x, and so does images.a",
    ]);
  });

  it("are not made up from the default of tags that cannot be read", () => {
    const images = {
      a: { repository: "r.example/x" },
      b: { repository: "r.example/x", tags: ["not a tag"] },
    };
    expect(said({ images })).toEqual(['images.b.tags[0]: "not a tag" is no tag']);
  });
});

describe("all problems", () => {
  it("come at once, each with its key and a remedy", () => {
    const input = {
      registry: "https://r.example",
      dockerfile: "../{image}.Dockerfile",
      imges: {},
      images: {
        All: { tagz: ["x"], dependencies: ["bse", "base"], args: { A: 1 } },
        base: { repository: "r.example/x", tags: ["t"], secrets: [] },
        other: { repository: "r.example/x", tags: ["t"], context: "/" },
      },
    };
    const problems = problemsOf(input);
    expect(problems.map(({ where }) => where).toSorted()).toEqual([
      "dockerfile",
      "images.All",
      "images.All.args.A",
      "images.All.dependencies[0]",
      "images.All.tagz",
      "images.base.secrets",
      "images.other.context",
      "images.other.tags",
      "imges",
      "registry",
    ]);
    expect(problems.filter(({ remedy }) => remedy === undefined)).toEqual([]);
  });

  it("are a ConfigurationError or images, whatever is given", () => {
    const value = fc.oneof(fc.anything({ withNullPrototype: true }), fc.string(), fc.array(fc.string()));
    const image = fc.dictionary(
      fc.constantFrom("dockerfile", "context", "args", "tags", "platforms", "__proto__"),
      value,
    );
    const images = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom("a", "__proto__", "constructor")),
      image,
    );
    const configuration = fc.record(
      { registry: value, images: fc.oneof(images, value) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(configuration, fc.anything()), (input) => {
        expect(() => {
          const problems = problemsOf(input);
          for (const { remedy } of problems) expect(remedy).toMatch(/[^]/);
        }).not.toThrow();
      }),
    );
  });
});
