import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { alg, Graph } from "@dagrejs/graphlib";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** Which parts of `src` each part may import, beside itself. The same table stands in docs/architecture.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  model: ["errors"],
  schedule: [],
  config: ["model", "errors"],
  dockerfile: ["model", "errors"],
  graph: ["model", "errors"],
  lockfile: ["model", "errors"],
  references: ["model", "errors"],
  discovery: ["config", "dockerfile", "references", "model", "errors"],
  plan: ["graph", "lockfile", "model", "errors"],
  requests: ["reporters", "model", "errors"],
  lint: ["dockerfile", "model", "errors"],
  ports: ["model"],
  operations: [
    "plan",
    "lint",
    "graph",
    "lockfile",
    "references",
    "discovery",
    "config",
    "dockerfile",
    "schedule",
    "requests",
    "ports",
    "model",
    "errors",
  ],
  adapters: ["ports", "model", "errors"],
  reporters: ["ports", "model", "errors"],
  page: [],
  cli: ["*"],
  library: ["cli", "adapters", "operations", "model"],
  index: ["*"],
};

/** Parts that see no clock, file, socket, process or console. */
const PURE = [
  "errors",
  "model",
  "schedule",
  "config",
  "dockerfile",
  "graph",
  "lockfile",
  "references",
  "discovery",
  "plan",
  "requests",
  "lint",
  "operations",
];
const WORLD = /(?<![\w.])(?:process|console|Date|performance|fetch|setTimeout|setInterval)(?:\.|\()/;

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** The imported file, for a relative import. */
  readonly to: string | undefined;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join(SRC, file));
const imports = files.flatMap(importsOf);

function importsOf(file: string): readonly Import[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s(?:[^;"']*?\sfrom\s)?\s*"([^"]+)"|import\("([^"]+)"\)/g;
  return [...readFileSync(file, "utf8").matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? "";
    return {
      from: file,
      specifier,
      to: specifier.startsWith(".") ? resolve(dirname(file), specifier) : undefined,
    };
  });
}

/** The first component below `src`: `model` for model/image.ts, `errors` for errors.ts. */
function part(file: string): string {
  return (relative(SRC, file).split(sep)[0] ?? "").replace(/\.ts$/, "");
}

function shown(file: string): string {
  return relative(SRC, file);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

describe("the architecture", () => {
  it("has every file in a part that the table names", () => {
    expect(files.filter((file) => !(part(file) in MAY_IMPORT)).map(shown)).toEqual([]);
  });

  it("has no import that the table forbids", () => {
    const forbidden = imports.filter(({ from, to }) => {
      if (to === undefined || part(from) === part(to)) return false;
      const allowed = MAY_IMPORT[part(from)] ?? [];
      return !allowed.includes("*") && !allowed.includes(part(to));
    });
    expect(forbidden.map(({ from, specifier }) => `${shown(from)} imports ${specifier}`)).toEqual([]);
  });

  it("has no import cycle", () => {
    const graph = new Graph();
    for (const { from, to } of imports) if (to !== undefined) graph.setEdge(shown(from), shown(to));
    expect(alg.findCycles(graph)).toEqual([]);
  });

  it("imports each third-party package from one folder only", () => {
    const users = new Map<string, Set<string>>();
    for (const { from, specifier, to } of imports) {
      // The program's own name stands in examples that it shows.
      if (to !== undefined || specifier.startsWith("node:") || specifier === "manage-images") continue;
      const folder = part(from) === "adapters" ? dirname(shown(from)) : part(from);
      users.set(packageOf(specifier), (users.get(packageOf(specifier)) ?? new Set()).add(folder));
    }
    const shared = [...users].filter(([, folders]) => folders.size > 1);
    expect(shared.map(([name, folders]) => `${name}: ${[...folders].join(", ")}`)).toEqual([]);
  });

  it("lets nothing that operations stand on see the outside world", () => {
    const seers = files
      .filter((file) => PURE.includes(part(file)) && WORLD.test(withoutComments(file)))
      .map(shown);
    const importers = imports.filter(
      ({ from, specifier }) => PURE.includes(part(from)) && specifier.startsWith("node:"),
    );
    const pureBuiltIns = ["node:buffer", "node:path", "node:crypto", "node:module", "node:util"];
    const impure = importers.filter(({ specifier }) => !pureBuiltIns.includes(specifier));
    expect([...seers, ...impure.map(({ from, specifier }) => `${shown(from)} imports ${specifier}`)]).toEqual(
      [],
    );
  });

  it("has no file over 300 lines", () => {
    expect(files.filter((file) => readFileSync(file, "utf8").split("\n").length > 301).map(shown)).toEqual(
      [],
    );
  });
});

function withoutComments(file: string): string {
  return readFileSync(file, "utf8").replace(
    /\/\*[^]*?\*\/|\/\/.*|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g,
    "",
  );
}
