import type { BuildExtras, BuildRequest } from "../../src/ports.ts";

/** Extras of which none is asked for. */
export const NO_EXTRAS: BuildExtras = {
  ignored: "",
  contexts: {},
  secrets: {},
  ssh: [],
  cacheFrom: [],
  cacheTo: [],
  sbom: false,
  annotations: {},
};

/** The least that a build can be asked for. */
export const PLAIN_REQUEST: BuildRequest = {
  image: "app",
  contextDirectory: "/repo/app",
  contextEntries: [],
  dockerfile: Buffer.from("FROM scratch\n"),
  args: {},
  platforms: ["linux/amd64"],
  labels: {},
  reproducible: false,
  noCache: false,
  pull: false,
  repository: "r.example/app",
  push: true,
  names: ["r.example/app:latest"],
};
