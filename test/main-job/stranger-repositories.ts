/** Repositories in the shapes of real ones, without a configuration, and the graph of each, written down by hand. */
import { supportsKey } from "../../src/config/supports.ts";
import type { Content } from "../support/repository.ts";

/** A repository as somebody has it. `R` in texts is the host of a registry. */
export interface Stranger {
  readonly files: Readonly<Record<string, Content>>;
  /** The remote, where something hangs on it. */
  readonly origin?: string;
  /** Each image's dependencies. */
  readonly graph: Readonly<Record<string, readonly string[]>>;
  /** What else is to be so of some images: parts of `graph --format json`. */
  readonly images?: Readonly<Record<string, object>>;
  /** Texts that the configuration has. */
  readonly configuration?: readonly string[];
  /** Texts that are told. */
  readonly said?: readonly string[];
}

/** Without named contexts an image that needs one is left out. */
const hasContexts = supportsKey("contexts");

const BUSYBOX = "FROM busybox:1.36\n";

export const STRANGERS: Readonly<Record<string, Stranger>> = {
  "a flat folder of Dockerfiles": {
    files: {
      "docker/base.Dockerfile": "FROM debian:bookworm-slim\nCOPY docker/install.sh /\nRUN /install.sh\n",
      "docker/tools.Dockerfile": "FROM R/acme/base:latest\nRUN true\n",
      "docker/web.Dockerfile": "FROM R/acme/tools\nCOPY web /srv\n",
      "docker/install.sh": "true\n",
      "web/index.html": "hello\n",
    },
    graph: { base: [], tools: ["base"], web: ["tools"] },
    images: { web: { repository: "R/acme/web", dockerfile: "docker/web.Dockerfile" } },
    configuration: ['registry: "R/acme"', 'dockerfile: "docker/{image}.Dockerfile"', "    base: {},"],
  },

  "a folder for each image": {
    files: {
      "images/base/Dockerfile": "FROM debian:bookworm-slim\nCOPY setup.sh /\n",
      "images/base/setup.sh": "true\n",
      "images/python/Dockerfile": "FROM R/acme/images/base@sha256:ZERO\nCOPY requirements.txt /\n",
      "images/python/requirements.txt": "flask\n",
      "images/python/cuda/Dockerfile": "FROM R/acme/images/python@sha256:ZERO\n",
      "images/ruby/3.2/slim/Dockerfile": "FROM R/acme/images/base@sha256:ZERO\n",
      "images/ruby/3.3/slim/Dockerfile": "FROM R/acme/images/base@sha256:ZERO\n",
      "images/node/Dockerfile": "FROM R/acme/images/base@sha256:ZERO\nCOPY package.json /\n",
      "images/node/package.json": "{}\n",
      "images/e2e-runner/Dockerfile":
        "FROM R/acme/images/python@sha256:ZERO\nCOPY --from=R/acme/images/node@sha256:ZERO / /node\n",
    },
    graph: {
      base: [],
      python: ["base"],
      "python-cuda": ["python"],
      "ruby-3.2-slim": ["base"],
      "ruby-3.3-slim": ["base"],
      node: ["base"],
      "e2e-runner": ["python", "node"],
    },
    configuration: ['dockerfile: "images/{image}/Dockerfile"', 'context: "images/{image}"'],
  },

  "files called Dockerfile.NAME, and a build script": {
    files: {
      "Dockerfile.base": "FROM debian:bookworm-slim\n",
      "Dockerfile.cpu": "ARG REGISTRY=R/ml\nFROM ${REGISTRY}/base:latest\n",
      "Dockerfile.gpu": "ARG REGISTRY=R/ml\nFROM ${REGISTRY}/base:latest AS deps\nRUN true\nFROM deps\n",
      "Dockerfile.gpu.dockerignore": "*\n",
      "README.md": "FROM scratch to production\n\n    docker pull R/ml/gpu@sha256:ZERO\n",
    },
    graph: { base: [], cpu: ["base"], gpu: ["base"] },
    images: { gpu: { repository: "R/ml/gpu", dockerfile: "Dockerfile.gpu" } },
  },

  "a monorepo of services": {
    files: {
      "services/api/Dockerfile":
        "FROM R/mono/go-base AS build\nCOPY . /src\nFROM scratch\nCOPY --from=build /src /\n",
      "services/api/main.go": "package main\n",
      "services/worker/Dockerfile": "FROM R/mono/go-base\nCOPY services/worker /src\nCOPY libs /libs\n",
      "services/worker/main.go": "package main\n",
      "apps/admin/api/Dockerfile": "FROM node:20\nCOPY package.json /\n",
      "apps/admin/api/package.json": "{}\n",
      "libs/lib.go": "package lib\n",
      "build/go-base/Dockerfile": "FROM golang:1.22\n",
      "vendor/github.com/other/Dockerfile": BUSYBOX,
      "libs/testdata/Dockerfile": "FROM alpine\n",
    },
    graph: { "services-api": ["go-base"], worker: ["go-base"], "admin-api": [], "go-base": [] },
    said: ["libs/testdata/Dockerfile", "vendor/github.com/other/Dockerfile"],
    configuration: ['context: "services/api" }', 'worker: { dockerfile: "services/worker/Dockerfile" }'],
  },

  "a compose file": {
    files: {
      "compose.yaml": `
x-build: &build
  context: .
services:
  base:
    image: R/shop/base:latest
    build:
      <<: *build
      dockerfile: docker/base/Dockerfile
  web:
    image: \${REGISTRY:-R/shop}/web
    build:
      context: ./web
      args:
        - BASE_IMAGE=R/shop/base:latest
        - VERSION=\${VERSION:-1}
      secrets: [npm]
    depends_on: [db]
  worker:
    image: R/shop/worker
    build: { context: web, target: worker, args: { BASE_IMAGE: "R/shop/base:latest" } }
  db:
    image: postgres:16
secrets:
  npm: { file: ./npm.txt }
`,
      "docker/base/Dockerfile": "FROM node:20\n",
      "web/Dockerfile":
        "ARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS worker\nCOPY worker.js /\nFROM ${BASE_IMAGE}\nCOPY web.js /\n",
      "web/worker.js": "\n",
      "web/web.js": "\n",
    },
    graph: { base: [], web: ["base"], worker: ["base"] },
    images: { worker: { target: "worker", repository: "R/shop/worker" } },
    configuration: ['BASE_IMAGE: "image:base"', 'VERSION: "1"', "// not said here: secrets"],
    said: ["web: the configuration does not say secrets"],
  },

  "a bake file in HCL": {
    files: {
      "docker-bake.hcl": `
variable "REGISTRY" {
  default = "R/bake"
}
variable "PATH" {}
group "default" {
  targets = ["app", "worker", "python"]
}
target "_common" {
  context = "."
  labels = { "org.opencontainers.image.vendor" = "Acme" }
}
target "runtime" {
  inherits = ["_common"]
  dockerfile = "docker/runtime.Dockerfile"
  tags = ["\${REGISTRY}/runtime:latest"]
}
target "app" {
  inherits = ["_common"]
  dockerfile = "docker/app.Dockerfile"
  contexts = { "\${REGISTRY}/runtime" = "target:runtime" }
  target = "app"
  tags = ["\${REGISTRY}/app:latest", "\${REGISTRY}/app:stable"]
  secret = ["id=token,src=token.txt"]
}
target "worker" {
  inherits = ["app"]
  target = "worker"
  tags = ["\${REGISTRY}/worker"]
}
target "docker-metadata-action" {
  tags = ["runtime:local"]
}
target "runtime-all" {
  inherits = ["runtime"]
  platforms = ["linux/amd64", "linux/arm64"]
}
target "lint" {
  dockerfile = "docker/checks.Dockerfile"
  output = ["type=cacheonly"]
}
target "binary" {
  dockerfile = "docker/app.Dockerfile"
  target = "worker"
  output = ["./bin"]
}
target "python" {
  matrix = { version = ["3.11", "3.12"] }
  name = "python-\${replace(version, ".", "-")}"
  dockerfile = "docker/python.Dockerfile"
  args = { VERSION = version }
  tags = ["\${REGISTRY}/python:\${version}"]
}
`,
      "docker/checks.Dockerfile": "FROM golang:1.22 AS lint\n",
      "docker/runtime.Dockerfile": "FROM debian:bookworm-slim\n",
      "docker/app.Dockerfile":
        "FROM R/bake/runtime AS base\nFROM base AS worker\nRUN true\nFROM base AS app\nCOPY --from=R/bake/python:3.12 /usr/bin /usr/bin\n",
      "docker/python.Dockerfile": "ARG VERSION\nFROM python:${VERSION}\n",
    },
    graph: {
      app: ["runtime", "python-3-12"],
      "python-3-11": [],
      "python-3-12": [],
      runtime: [],
      worker: ["runtime"],
    },
    images: {
      "python-3-11": {
        repository: "R/bake/python",
        bases: [{ reference: "python:3.11", where: "from", line: 2 }],
      },
      app: { target: "app" },
    },
    said: ["docker/checks.Dockerfile was left out"],
    configuration: [
      'platforms: ["linux/amd64", "linux/arm64"]',
      'tags: ["latest", "stable"]',
      '"org.opencontainers.image.vendor": "Acme"',
    ],
  },

  "a compose file of many services in one repository": {
    files: {
      ".env":
        "IMAGE_NAME=R/demo/all # ours\nVERSION=2.1\nIMAGE_VERSION=${VERSION}\nAD_DOCKERFILE='./src/ad/Dockerfile'\n",
      "docker-compose.yml": [
        "services:",
        ...["ad", "cart", "quote"].flatMap((name) => [
          `  ${name}:`,
          `    image: \${IMAGE_NAME}:\${IMAGE_VERSION}-${name}`,
          "    build:",
          "      context: ./",
          `      dockerfile: ${name === "ad" ? "${AD_DOCKERFILE}" : `src/${name}/Dockerfile`}`,
          `      cache_from: ["\${IMAGE_NAME}:x"]`,
        ]),
        "  flagd:",
        "    image: ${FLAGD_IMAGE}",
        "  other:",
        "    build: ${WHERE}",
        "",
      ].join("\n"),
      "src/ad/Dockerfile": "FROM eclipse-temurin:21\n",
      "src/cart/Dockerfile": "FROM R/demo/all:2.1-ad\n",
      "src/quote/Dockerfile": "FROM php:8\n",
      "docs/recipes/cart.dockerfile": "FROM R/demo/all:2.1-cart\n",
    },
    graph: { ad: [], cart: ["ad"], quote: [] },
    images: { quote: { repository: "R/demo/all" } },
    configuration: ['tags: ["2.1-quote"]'],
    said: ["docs/recipes/cart.dockerfile", "the variable in its context, ${WHERE}, has no value"],
  },

  "a bake file in JSON": {
    files: {
      "docker-bake.json": JSON.stringify({
        group: { default: { targets: ["db", "web"] } },
        target: {
          base: { context: "base", tags: ["R/json/base"] },
          db: { context: "db", tags: ["R/json/db"], args: { FLAVOUR: "big" } },
          web: { inherits: ["db"], context: "web", tags: ["R/json/web"], target: "web" },
        },
      }),
      "base/Dockerfile": BUSYBOX,
      "db/Dockerfile": "FROM R/json/base\n",
      "web/Dockerfile": "FROM R/json/db AS web\nRUN --mount=from=R/json/base,target=/base true\n",
    },
    graph: { base: [], db: ["base"], web: ["base", "db"] },
  },

  "one Dockerfile with many targets": {
    origin: "git@github.com:Acme/Stack.git",
    files: {
      Dockerfile: `
FROM debian:bookworm-slim AS base
COPY . /src
FROM base AS test
RUN make test
FROM base AS server
RUN make server
FROM base AS worker
RUN make worker
FROM base AS cli
RUN make cli
FROM base AS docs
RUN make docs
FROM server AS release
`,
      Makefile: "all:\n",
    },
    graph: { stack: [], "stack-cli": [], "stack-docs": [], "stack-worker": [] },
    images: { "stack-docs": { target: "docs", repository: "ghcr.io/acme/stack/stack-docs" } },
    said: ["has the stage test", "ghcr.io/acme/stack is a guess"],
  },

  "arguments as parents": {
    files: {
      "docker-compose.yml": `
services:
  app:
    build:
      context: .
      dockerfile: app/Dockerfile
      args: { PARENT: "R/args/runtime:latest", LABEL: "R/args/runtime:latest" }
    image: R/args/app
  tool:
    build: { context: ., dockerfile: tool/Dockerfile }
    image: R/args/tool
  runtime: { build: runtime, image: R/args/runtime }
`,
      "runtime/Dockerfile": "FROM alpine:3\n",
      "app/Dockerfile": "ARG PARENT\nFROM --platform=linux/amd64 ${PARENT}\nARG LABEL\nLABEL parent=$LABEL\n",
      "tool/Dockerfile": "ARG REPO=R/args\nARG NAME=runtime\nFROM ${REPO}/${NAME:-app}:latest\nARG UNUSED\n",
      "broken/Dockerfile": "ARG WHICH\nFROM R/args/${WHICH}\n",
    },
    graph: { app: ["runtime"], tool: ["runtime"], runtime: [] },
    configuration: ['PARENT: "image:runtime"', 'LABEL: "R/args/runtime:latest"', "// left out: broken"],
    said: ["broken/Dockerfile was left out as image broken", "WHICH"],
  },

  "templates among them": {
    files: {
      "Dockerfile.template": "FROM debian:%%SUITE%%\n{{ if .slim }}RUN true{{ end }}\n",
      "Dockerfile.j2": "FROM {{ base }}\n{% for p in packages %}RUN install {{ p }}\n{% endfor %}\n",
      "gpu.Dockerfile.tmpl": "FROM {{ base }}\n",
      "bookworm/Dockerfile": "FROM R/tmpl/base-debian:12\nRUN docker inspect --format '{{.Id}}' x\n",
      "bullseye/slim/Dockerfile": "FROM R/tmpl/base-debian:11\n",
      "bookworm/slim/Dockerfile": "FROM R/tmpl/bookworm\n",
      "docs/Dockerfile.md": "FROM here on\n",
      "query.sql": "SELECT x\nFROM table\n",
      "builds/agent": "# syntax=docker/dockerfile:1\nFROM R/tmpl/bookworm\nCOPY agent.sh /\n",
      "builds/agent.sh": "true\n",
      "notes.txt": "FROM now on everything is different\n",
    },
    graph: { agent: ["bookworm"], bookworm: [], "bookworm-slim": ["bookworm"], "bullseye-slim": [] },
    images: { agent: { dockerfile: "builds/agent" } },
    said: [
      "Dockerfile.template is a template",
      "Dockerfile.j2 is a template",
      "gpu.Dockerfile.tmpl is a template",
    ],
  },

  "names of local builds, and named contexts": {
    files: {
      "docker-compose.yml": `
services:
  base: { image: my-base, build: { context: ., dockerfile: base.Dockerfile } }
  web: { image: my-web, build: { context: ., dockerfile: web.Dockerfile } }
  api:
    build:
      context: .
      dockerfile: api.Dockerfile
      additional_contexts: { parent: "service:base", assets: ./assets }
`,
      "base.Dockerfile": BUSYBOX,
      "web.Dockerfile": "FROM my-base:latest\n",
      "api.Dockerfile": "FROM parent\nCOPY --from=assets . /\n",
      "assets/logo.svg": "\n",
    },
    graph: hasContexts ? { base: [], web: ["base"], api: ["base"] } : { base: [] },
    configuration: hasContexts
      ? ['"my-base:latest": "image:base"', 'parent: "image:base"', 'assets: "assets"']
      : ["// left out: web (web.Dockerfile): it needs the named contexts my-base:latest"],
  },

  "GitHub workflows": {
    origin: "https://someone:token@github.com/Acme/Robots.git",
    files: {
      ".github/workflows/images.yml": `
on: push
env:
  REGISTRY: R
jobs:
  base:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: |
            \${{ env.REGISTRY }}/\${{ github.repository }}/base
      - uses: docker/build-push-action@v6
        with:
          context: docker
          file: docker/base.Dockerfile
          push: true
          tags: \${{ steps.meta.outputs.tags }}
          cache-from: type=gha
  services:
    needs: base
    strategy:
      matrix:
        service: [arm, leg]
        include:
          - service: head
            target: thinking
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:services/\${{ matrix.service }}"
          file: services/\${{ matrix.service }}/Dockerfile
          target: \${{ matrix.target }}
          platforms: linux/amd64
          tags: |
            \${{ env.REGISTRY }}/\${{ github.repository }}/\${{ matrix.service }}:latest
            \${{ env.REGISTRY }}/\${{ github.repository }}/\${{ matrix.service }}:\${{ github.sha }}
          build-args: |
            SERVICE=\${{ matrix.service }}
            COMMIT=\${{ github.sha }}
`,
      "docker/base.Dockerfile": "FROM ubuntu:22.04\nCOPY setup.sh /\n",
      "docker/setup.sh": "true\n",
      "services/arm/Dockerfile": "FROM R/acme/robots/base\n",
      "services/leg/Dockerfile": "FROM R/acme/robots/base\n",
      "services/head/Dockerfile": "FROM R/acme/robots/base AS thinking\nFROM thinking AS sleeping\n",
    },
    graph: { base: [], arm: ["base"], leg: ["base"], head: ["base"] },
    images: { head: { target: "thinking", repository: "R/acme/robots/head" } },
    configuration: ['registry: "R/acme/robots"', 'SERVICE: "arm"'],
    said: ["the argument COMMIT, whose value only the workflow knows"],
  },

  "compose, bake and a workflow that build the same": {
    files: {
      "docker-compose.yml":
        "services:\n  site:\n    build: .\n    ports: ['80:80']\n  cache:\n    image: redis\n  dev:\n    build: { context: ., target: dev }\n",
      "docker-bake.json": JSON.stringify({ target: { site: { tags: ["R/one/site:latest"] } } }),
      ".github/workflows/ci.yml":
        "jobs:\n  build:\n    steps:\n      - uses: docker/build-push-action@v5\n        with: { context: ., tags: 'R/one/site:edge' }\n",
      Dockerfile: "FROM node:20 AS dev\nFROM dev\nCOPY site /\n",
      "site/index.html": "\n",
    },
    graph: { site: [], dev: [] },
    images: { dev: { target: "dev", repository: "R/one/dev" } },
    configuration: ['tags: ["latest", "edge"]'],
  },

  "many images of one kind": {
    files: {
      "tools/Dockerfile": [
        "FROM debian:bookworm-slim AS base",
        ...["awk", "bash", "curl", "diff", "expr"].map((tool) => `FROM base AS ${tool}\nRUN install ${tool}`),
        "",
      ].join("\n"),
      "docker-bake.json": JSON.stringify({
        target: Object.fromEntries(
          ["awk", "bash", "curl", "diff", "expr"].map((tool) => [
            tool,
            { context: "tools", target: tool, tags: [`R/tools/${tool}`] },
          ]),
        ),
      }),
      "ci/Dockerfile": "FROM R/tools/bash\nCOPY --from=R/tools/curl / /\n",
    },
    graph: { awk: [], bash: [], curl: [], diff: [], expr: [], ci: ["bash", "curl"] },
    configuration: ['["awk", "bash", "curl", "diff", "expr"].map((name) => [', "target: name"],
  },
};
