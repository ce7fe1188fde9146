/** What the linter finds, and what it leaves alone. */
import { describe, expect, it } from "@jest/globals";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import { lint } from "../../src/operations/lint.ts";

const PINNED = `debian:12@sha256:${"a".repeat(64)}`;
const ACME = `registry.example/acme`;

type Files = Readonly<Record<string, string>>;

/** `rule line:column` of all that is found in these files; the images are all that are in `dockerfiles`. */
async function found(
  files: Files,
  images: Readonly<Record<string, object>> = imagesOf(files),
): Promise<readonly string[]> {
  const place = { directory: ".", file: "images.config.json" };
  const resolved = resolveConfiguration({ registry: ACME, images }, place);
  const render = () => Promise.reject(new Error("no Dockerfile is rendered"));
  const configured = { ...resolved, file: place.file, lockfile: "images.lock.json", render };
  const read = (path: string) =>
    Promise.resolve(files[path] === undefined ? undefined : Buffer.from(files[path]));
  const violations = await lint({ read, versionsOf: neverCommitted }, configured, "all");
  return violations.map(({ rule, line, column }) => `${rule} ${line}:${column}`);
}

async function* neverCommitted(): AsyncGenerator<never> {
  await Promise.resolve();
}

function imagesOf(files: Files): Readonly<Record<string, object>> {
  const names = Object.keys(files).flatMap((path) => /^dockerfiles\/(.*)\.Dockerfile$/.exec(path)?.[1] ?? []);
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** What is found in one Dockerfile that runs as somebody. */
function foundIn(...lines: readonly string[]): Promise<readonly string[]> {
  return found({ "dockerfiles/app.Dockerfile": [`FROM ${PINNED}`, ...lines, "USER app", ""].join("\n") });
}

describe("a base", () => {
  it("is found wherever it is used without a digest, and where it stands", async () => {
    const dockerfile = [
      "ARG TAG=12",
      "FROM \\",
      "  debian:$TAG AS build",
      "RUN --mount=from=golang:1.22,target=/go true",
      "COPY --from=busybox:1.36 /bin/sh /",
      "USER app",
    ];
    expect(await found({ "dockerfiles/app.Dockerfile": dockerfile.join("\n") })).toEqual([
      "unpinned-base 3:3",
      "unpinned-base 4:18",
      "unpinned-base 5:13",
    ]);
  });

  it("that a run passes by digest needs none, and neither do scratch, stages and the frontend", async () => {
    const files = {
      "dockerfiles/base.Dockerfile": `# syntax=docker/dockerfile:1\nFROM ${PINNED} AS a\nFROM a\nFROM scratch\nCOPY --from=a / /\n`,
      "dockerfiles/app.Dockerfile": "ARG BASE\nFROM ${BASE}\nUSER app\n",
    };
    const images = { base: { lint: { "unused-stage": "off" } }, app: { args: { BASE: "image:base" } } };
    expect(await found(files, images)).toEqual([]);
  });
});

describe("a stage", () => {
  const dockerfile = `FROM ${PINNED} AS one\nFROM one AS two\nUSER app\nFROM one AS three\nUSER app\n`;

  it("that the only image does not need is found", async () => {
    expect(await found({ "dockerfiles/app.Dockerfile": dockerfile })).toEqual(["unused-stage 2:1"]);
  });

  it("that another image with the Dockerfile needs is not", async () => {
    const images = { two: { dockerfile: "D", target: "two" }, three: { dockerfile: "D" } };
    expect(await found({ D: dockerfile }, images)).toEqual([]);
  });
});

describe("root", () => {
  it.each([
    ["nobody else", "CMD x", "root-user 1:1"],
    ["by name", "USER app\nUSER root", "root-user 3:1"],
    ["by number and group", "USER 0:0", "root-user 2:1"],
    ["in quotes", 'USER "root"', "root-user 2:1"],
  ])("is found: %s", async (_, lines, expected) => {
    expect(await found({ "dockerfiles/app.Dockerfile": `FROM ${PINNED}\n${lines}\n` })).toEqual([expected]);
  });

  it.each([
    ["somebody", `FROM ${PINNED}\nUSER root\nRUN x\nUSER app:app`],
    ["a number", `FROM ${PINNED}\nUSER 1000`],
    ["a variable", `FROM ${PINNED}\nARG WHO\nUSER $WHO`],
    ["a stage below", `FROM ${PINNED} AS a\nUSER app\nFROM a\nRUN x`],
    ["a base that says so", `FROM ${PINNED.replace("debian:12", "gcr.io/distroless/base:nonroot")}`],
  ])("is not found: %s", async (_, text) => {
    expect(await found({ "dockerfiles/app.Dockerfile": `${text}\n` })).toEqual([]);
  });

  it("is judged in what is built from an image of the configuration, and the image is not", async () => {
    const files = (user: string) => ({
      "dockerfiles/base.Dockerfile": `FROM ${PINNED}\n${user}\n`,
      "dockerfiles/app.Dockerfile": `FROM ${ACME}/base@sha256:${"0".repeat(64)}\nRUN x\n`,
    });
    expect(await found(files("USER root"))).toEqual(["root-user 1:1"]);
    expect(await found(files("USER app"))).toEqual([]);
  });
});

describe("a health check", () => {
  it.each([
    ["is missed", "EXPOSE 80", ["missing-healthcheck 2:1"]],
    ["is there", "EXPOSE 80\nHEALTHCHECK CMD x", []],
    ["is refused", "EXPOSE 80\nHEALTHCHECK NONE", []],
    ["is not needed", "RUN x", []],
  ])("%s", async (_, lines, expected) => {
    expect(await foundIn(lines)).toEqual(expected);
  });

  it("of an image below counts, and so does its port", async () => {
    const files = (lines: string) => ({
      "dockerfiles/base.Dockerfile": `FROM ${PINNED}\nUSER app\n${lines}\n`,
      "dockerfiles/app.Dockerfile": `FROM ${ACME}/base@sha256:${"0".repeat(64)}\nRUN x\n`,
    });
    expect(await found(files("EXPOSE 80"))).toEqual(["missing-healthcheck 1:1"]);
    expect(await found(files("EXPOSE 80\nHEALTHCHECK CMD x"))).toEqual([]);
  });
});

describe("a secret", () => {
  it.each([
    ["ARG NPM_TOKEN", "2:1"],
    ["ARG A=1 DB_PASSWORD=x", "2:9"],
    ["ENV A=1 \\\n  API_KEY=x", "3:3"],
    ["ENV SECRET some words", "2:5"],
    ["ENV GIT=https://ada:sesame@example.com/x.git", "2:5"],
    [`ENV A="ghp_${"a1".repeat(18)}"`, "2:5"],
    ["ARG ID=AKIAIOSFODNN7EXAMPLE", "2:5"],
  ])("is found: %s", async (line, place) => {
    expect(await foundIn(line)).toEqual([`secret-in-environment ${place}`]);
  });

  it.each([
    ["ENV PASSWORD_FILE=/run/secrets/p"],
    ["ENV MONKEY=1 KEYBOARD=us TOKENIZERS_PARALLELISM=0"],
    ["ARG PUBLIC_KEY=x"],
    ['ENV TOKEN=""'],
    ["ENV URL=https://example.com:8080/x@y"],
    ["ENV URL=https://$USER:$PASS@example.com/"],
    ["RUN --mount=type=secret,id=token cat /run/secrets/token"],
  ])("is not found: %s", async (line) => {
    expect(await foundIn(line)).toEqual([]);
  });

  it("before the first FROM is found", async () => {
    const dockerfile = `ARG TOKEN=x\nFROM ${PINNED}\nUSER app\n`;
    expect(await found({ "dockerfiles/app.Dockerfile": dockerfile })).toEqual(["secret-in-environment 1:5"]);
  });
});

describe(".git", () => {
  const copy = { "dockerfiles/app.Dockerfile": `FROM ${PINNED}\nWORKDIR /x\nCOPY . .\nUSER app\n` };

  it.each<[string, Files, readonly string[]]>([
    ["is found without .dockerignore", copy, ["git-in-context 3:1"]],
    ["is found where that keeps it", { ...copy, ".dockerignore": "node_modules\n" }, ["git-in-context 3:1"]],
    ["is not found where that leaves it out", { ...copy, ".dockerignore": "*\n!src\n" }, []],
    [
      "is not found where the Dockerfile has an ignore file of its own",
      { ...copy, "dockerfiles/app.Dockerfile.dockerignore": "**/.git\n" },
      [],
    ],
  ])("%s", async (_, files, expected) => {
    expect(await found(files)).toEqual(expected);
  });

  it("is not found where the build reads part of the context", async () => {
    expect(await foundIn("COPY src /src")).toEqual([]);
  });

  it("is found in a directory only if there is one", async () => {
    const files = { "app/Dockerfile": `FROM ${PINNED}\nCOPY . .\nUSER app\n` };
    const images = { app: { context: "app", dockerfile: "app/Dockerfile" } };
    expect(await found(files, images)).toEqual([]);
    expect(await found({ ...files, "app/.git": "gitdir: ../.git/modules/app\n" }, images)).toEqual([
      "git-in-context 2:1",
    ]);
  });
});

const CLEAN = "rm -rf /var/lib/apt/lists/*";
const INSTALL = "apt-get install -y --no-install-recommends curl";

describe("apt-get", () => {
  it.each<[string, readonly string[]]>([
    [`RUN apt-get update && ${INSTALL} && ${CLEAN}`, []],
    [`RUN apt-get update -qq; DEBIAN_FRONTEND=noninteractive ${INSTALL}; ${CLEAN}`, []],
    [`RUN apt-get update && apt-get install -y curl && ${CLEAN}`, ["apt-recommends 2:23"]],
    [`RUN apt update && sudo apt -y install curl && ${CLEAN}`, ["apt-recommends 2:19"]],
    [`RUN apt-get update && apt-get -o A::B=1 -t sid install curl && ${CLEAN}`, ["apt-recommends 2:23"]],
    [`RUN apt-get update && apt-get -o APT::Install-Recommends=0 install curl && ${CLEAN}`, []],
    [`RUN if true; then apt-get update && apt-get install curl; fi; ${CLEAN}`, ["apt-recommends 2:37"]],
    ['RUN ["apt-get", "install", "curl"]', ["apt-recommends 2:1"]],
    [`RUN apt-get update && ${INSTALL}`, ["apt-lists 2:5"]],
    [`RUN apt-get update && ${INSTALL}\nRUN ${CLEAN}`, ["apt-lists 2:5"]],
    [`RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && ${INSTALL}`, []],
    [`RUN --mount=target=/var/lib/apt/,type=cache apt-get update && ${INSTALL}`, []],
    [`RUN --mount=type=cache,target=/var/cache/apt apt-get update && ${INSTALL}`, ["apt-lists 2:46"]],
    [`RUN --mount=type=cache,target=/var/lib/apt apt-get update`, ["apt-update-alone 2:44"]],
    ["RUN apt-get update && apt-get upgrade -y && rm -r /var/lib/apt/lists", []],
    ["RUN <<EOF\napt-get update\napt-get install \\\n  curl\nEOF", ["apt-lists 3:1", "apt-recommends 4:1"]],
    ["RUN <<EOF\necho ä; apt-get \\\n  install curl\nEOF", ["apt-recommends 3:9"]],
    ["RUN true && \\\n  # now\n  apt-get install \\\n  curl", ["apt-recommends 4:3"]],
    [`RUN <<"EOF" bash -eu -o pipefail\napt-get update\n${INSTALL} # all\n${CLEAN}\nEOF`, []],
    ["RUN cat <<EOF >/x\napt-get update\napt-get install curl\nEOF", []],
    ["RUN echo 'apt-get install curl' # apt-get update", []],
    ["RUN pip install git+https://x/y#egg=z && apt-get install curl", ["apt-recommends 2:42"]],
    ["RUN echo $(apt-get install curl)", ["apt-recommends 2:12"]],
    ['RUN echo ${A:-${B}} ${C#*/} "${D%"x"}" && apt-get install curl', ["apt-recommends 2:43"]],
    ["RUN case $A in a) apt-get install curl;; esac", ["apt-recommends 2:19"]],
    ["RUN echo ${} && apt-get install curl", []],
    ["RUN <<E\necho ${\napt-get install curl\nE", ["apt-recommends 4:1"]],
    ["RUN apt-mark hold x && apt-cache search y", []],
  ])("%j", async (line, expected) => {
    expect(await foundIn(line)).toEqual(expected);
  });

  it("may leave its lists in a stage whose layers are thrown away, and only there", async () => {
    const stage = `RUN apt-get update && ${INSTALL}`;
    const files = (from: string) => ({
      "dockerfiles/app.Dockerfile": `FROM ${PINNED} AS a\n${stage}\n${from}\nUSER app\n`,
    });
    expect(await found(files(`FROM ${PINNED}\nCOPY --from=a /x /`))).toEqual([]);
    expect(await found(files("FROM a"))).toEqual(["apt-lists 2:5"]);
  });
});

describe("the order of layers", () => {
  const judged = (...lines: readonly string[]) =>
    found({
      "dockerfiles/app.Dockerfile": [`FROM ${PINNED}`, ...lines, "USER app", ""].join("\n"),
      ".dockerignore": ".git\n",
    });

  it.each([
    ["COPY . /app", "RUN npm ci"],
    ["COPY --chown=1:1 ./ .", "WORKDIR /x", "RUN cd /x && npm install -g pnpm"],
    ["ADD / /app/", "RUN python -m pip install -U -r requirements.txt"],
    ['COPY [".", "/app"]', "RUN yarn --frozen-lockfile"],
    ["COPY . .", "RUN uv sync --locked"],
    ["COPY . .", "RUN apk add --no-cache curl"],
    ["COPY . .", "RUN go mod download"],
  ])("wastes the cache: %s, %s", async (...lines) => {
    expect(await judged(...lines)).toEqual(["copy-before-install 2:1"]);
  });

  it.each([
    ["COPY package.json .", "RUN npm ci", "COPY . .", "RUN npm run build"],
    ["COPY package.json .", "RUN npm ci", "COPY . .", "RUN npm ci --offline"],
    ["COPY . .", "RUN pip install ."],
    ["COPY . .", "RUN pip install -e ./server[all]"],
    ["COPY . .", "RUN --mount=type=cache,target=/root/.npm npm ci"],
    ["COPY . .", "RUN npm run install-hooks && go build ./..."],
    ["COPY --from=busybox:1@sha256:" + "b".repeat(64) + " / .", "RUN npm ci"],
    ["COPY src .", "RUN npm ci"],
  ])("does not: %s, %s", async (...lines) => {
    expect(await judged(...lines)).toEqual([]);
  });

  it("is judged across the stages that are built from one another", async () => {
    const files = (first: string, second: string) => ({
      "dockerfiles/app.Dockerfile": `FROM ${PINNED} AS a\n${first}\nFROM a\n${second}\nUSER app\n`,
      ".dockerignore": ".git\n",
    });
    expect(await found(files("COPY . .", "RUN npm ci"))).toEqual(["copy-before-install 2:1"]);
    expect(await found(files("RUN uv sync --no-install-project", "COPY . .\nRUN uv sync"))).toEqual([]);
  });
});

describe("a general rule", () => {
  it.each<[string, readonly string[]]>([
    ["CMD a\nENTRYPOINT b\nCMD c", ["repeated-instruction 2:1"]],
    ["CMD ['a', 'b']", ["json-quotes 2:5"]],
    ["EXPOSE 80/tcpp\nHEALTHCHECK CMD x", ["invalid-instruction 2:11"]],
    ["HEALTHCHECK --timeout=5 CMD x", ["invalid-instruction 2:23"]],
    ["ENV A", ["invalid-instruction 2:5"]],
    ["SHELL bash", ["invalid-instruction 2:7"]],
    ["WORKDIR a", ["relative-workdir 2:9"]],
    ["WORKDIR /a\nWORKDIR b", ["relative-workdir 3:9"]],
    ["WORKDIR $HOME/a", []],
    ["RUN a \\\n\n b", ["empty-continuation 3:1"]],
    ["Run a", ["instruction-case 2:1"]],
    ["MAINTAINER x", ["maintainer 2:1"]],
    ["RUN <<EOF\nrun x\nCMD a\n\nCMD b\nEOF\nWORKDIR x", ["relative-workdir 8:9"]],
    [
      "COPY <<A <<-B /\nWORKDIR a\nA\n\tmaintainer x\n\tB\nworkdir a",
      ["instruction-case 7:1", "relative-workdir 7:9"],
    ],
    ["COPY --exclude=x --parents a b\nADD --unpack=true a b\nRUN --device=x --security=insecure a", []],
  ])("%j", async (line, expected) => {
    expect(await foundIn(line)).toEqual(expected);
  });

  it("says where, in a file with a byte order mark, carriage returns and more than ASCII", async () => {
    const text = `\ufeffFROM ${PINNED}\r\nRUN echo ä && \\\r\n  ö\r\nENV "ä"=1 TOKEN=ü\r\nUSER root\r\n`;
    expect(await found({ "dockerfiles/app.Dockerfile": text })).toEqual([
      "secret-in-environment 4:11",
      "root-user 5:1",
    ]);
  });
});

describe("a comment leaves alone", () => {
  it.each<[string, readonly string[]]>([
    ["# manage-images: lint-ignore relative-workdir\nWORKDIR a\nWORKDIR b", ["relative-workdir 4:9"]],
    ["#manage-images:lint-ignore relative-workdir, maintainer -- because\n# x\n\nWORKDIR a", []],
    ["RUN a && \\\n  # manage-images: lint-ignore apt-recommends\n  apt-get install b", []],
    ["# manage-images: lint-ignore maintainer\nWORKDIR a", ["relative-workdir 3:9"]],
    ["# manage-images: lint-ignore\nWORKDIR a", ["unknown-rule 2:1", "relative-workdir 3:9"]],
    ["# manage-images: lint-ignore -- why\nWORKDIR /a", ["unknown-rule 2:1"]],
    ["  # manage-images: lint-ignore workdir\nWORKDIR /a", ["unknown-rule 2:3"]],
    ["RUN <<E\n# manage-images: lint-ignore nothing\nE", []],
    ["# manage-images: lint-ignored x\nWORKDIR /a", []],
  ])("%j", async (line, expected) => {
    expect(await foundIn(line)).toEqual(expected);
  });

  it("all that a here-document of its instruction does", async () => {
    const line =
      "# manage-images: lint-ignore apt-recommends apt-lists\nRUN <<E\napt-get update\napt-get install x\nE";
    expect(await foundIn(line)).toEqual([]);
  });
});

describe("the configuration", () => {
  const files = { "dockerfiles/app.Dockerfile": `FROM ${PINNED}\nWORKDIR a\n` };

  it("switches rules off, for an image", async () => {
    expect(await found(files, { app: { lint: { "root-user": "off" } } })).toEqual(["relative-workdir 2:9"]);
  });

  it("is judged once where images share a Dockerfile, unless they are told apart", async () => {
    const dockerfile = "dockerfiles/app.Dockerfile";
    const two = { a: { dockerfile, lint: { "root-user": "off" } }, b: { dockerfile } };
    expect(await found(files, two)).toEqual(["root-user 1:1", "relative-workdir 2:9"]);
  });
});
