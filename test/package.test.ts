/** The package as somebody gets it: packed, installed in a bare folder, run there. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { PROJECT } from "../scripts/sample-repository.ts";
import { readPage } from "./docs/page.ts";
import { GIT_ENVIRONMENT, repositoryAt } from "./support/repository.ts";
import { worldly } from "./support/trust-as-usual.ts";

const run = promisify(execFile);
const MINUTE = 60_000;
const ONE = `sha256:${"1".repeat(64)}`;
/** What there is, by where it lies; some names end with the hash of what the file holds. */
const FILES = [
  /^dist\/(?:index\.js|cli\/bin\.cjs|cli\/askpass\.js)(?:\.LEGAL\.txt)?$/,
  /^dist\/cli\/(?:main|answers|commands)-[A-Z0-9]+\.cjs(?:\.LEGAL\.txt)?$/,
  /^dist\/packages\/[a-z]+-[A-Z0-9]+\.cjs(?:\.LEGAL\.txt)?$/,
  /^dist\/page\/page\.(?:js|css)$/,
  /^dist\/(?:index|errors|(?:config|library|lockfile|model|references)\/[a-z-]+)\.d\.ts$/,
  /^schemas\/images\.(?:config|lock)\.schema\.json$/,
  /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|docs\/lint\.md)$/,
];

const CONFIGURATION = `import { defineConfig } from "manage-images";
export default defineConfig({
  registry: "registry.example/acme",
  images: { base: {}, app: {} },
  references: {
    exclude: ["old/**"],
    patterns: [{ files: ["*.sh"], match: /IMAGE=(?<image>[\\w-]+) (?<digest>sha256:[0-9a-f]{64})/ }],
  },
});
`;

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "package-"));
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", args, { cwd: PROJECT });
  const [first] = JSON.parse(stdout) as readonly Packed[];
  if (first === undefined) throw new Error(stdout);
  packed = first;
}, MINUTE);
afterAll(() => rm(folder, { recursive: true }));

describe("the package", () => {
  it("holds what is needed, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !FILES.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of FILES) expect(paths.filter((path) => pattern.test(path))).not.toEqual([]);
  });
});

describe("the package in a bare folder", () => {
  let bare: string;
  const manageImages = (...args: readonly string[]) =>
    run("npx", ["--no-install", "manage-images", ...args], {
      cwd: bare,
      env: { ...process.env, ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere", NO_COLOR: "1" },
    });

  beforeAll(async () => {
    bare = join(folder, "bare");
    await mkdir(bare);
    await writeFile(join(bare, "package.json"), "{}\n");
    await install(bare, join(folder, packed.filename));
    const repository = repositoryAt(bare);
    await repository.git("init", "--quiet", "--initial-branch=main");
    await repository.write({
      ".gitignore": "node_modules\n",
      "images.config.ts": CONFIGURATION,
      "dockerfiles/base.Dockerfile": "FROM scratch\nCOPY run.sh /\n",
      "dockerfiles/app.Dockerfile": `FROM registry.example/acme/base@${ONE}\nCOPY run.sh /\n`,
      "run.sh": `IMAGE=base ${ONE}\n`,
      "values.yaml": `image:\n  repository: registry.example/acme/base\n  digest: ${ONE}\n`,
      "images.lock.json": JSON.stringify({
        version: 1,
        images: { base: { repository: "registry.example/acme/base", digest: `sha256:${"2".repeat(64)}` } },
      }),
    });
    await repository.git("add", ".");
    await repository.git("commit", "--quiet", "--message", "Images");
  }, 5 * MINUTE);

  it("starts", async () => {
    const { version } = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8")) as {
      version: string;
    };
    expect(await manageImages("--version")).toMatchObject({ stdout: `${version}\n` });
  });

  it("has all packages that reading a repository needs", async () => {
    expect((await manageImages("graph", "--format", "dot")).stdout).toContain('"base" -> "app"');
    expect((await manageImages("graph", "--format", "html")).stdout).toContain("<html");
    const checked = await manageImages("check", "--format", "json").catch((error: unknown) => error);
    const { stdout } = checked as { readonly stdout: string };
    for (const file of ["dockerfiles/app.Dockerfile", "run.sh", "values.yaml"])
      expect(stdout).toContain(file);
  });

  it.each([
    "lint",
    "tags",
    "update --dry-run",
    "doctor --format json",
    "pr --forge github",
    "pr --forge gitlab",
    "--image all",
  ])(
    "has all packages of `%s`: whatever it says, it is no bug of the program",
    async (line) => {
      const ended = await manageImages(...line.split(" ")).catch((error: unknown) => error);
      const { code = 0, stderr } = ended as { readonly code?: number; readonly stderr: string };
      expect([0, 1, 2]).toContain(code);
      expect(stderr).not.toContain("Cannot find");
    },
    MINUTE,
  );

  it("runs no program of a package when it is installed, and has no package that it does not use", async () => {
    const { dependencies } = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const dist = join(bare, "node_modules/manage-images/dist");
    const scripts = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) =>
      /\.c?js$/.test(file),
    );
    const texts = await Promise.all(scripts.map((file) => readFile(join(dist, file), "utf8")));
    const unused = Object.keys(dependencies).filter(
      (name) => !texts.some((text) => text.includes(`from "${name}"`) || text.includes(`("${name}")`)),
    );
    expect(unused).toEqual([]);
    expect(readdirSync(join(bare, "node_modules"))).not.toContain("cpu-features");
  });

  it(
    "has types that a configuration is checked by, and what the page on the library shows",
    async () => {
      const page = readPage(await readFile(join(PROJECT, "docs/library.md"), "utf8"));
      const scripts = page.flatMap((step) =>
        step.kind === "file" && step.path.startsWith("scripts/") ? [step] : [],
      );
      expect(scripts.length).toBeGreaterThan(0);
      for (const { path, text } of scripts) await write(join(bare, path), text);
      const config = {
        compilerOptions: {
          ...{
            module: "nodenext",
            target: "es2022",
            strict: true,
            noEmit: true,
            allowJs: true,
            checkJs: true,
          },
          ...{ types: ["node"], typeRoots: [join(PROJECT, "node_modules/@types")] },
        },
        files: ["images.config.ts", "mistaken.config.ts", "mistaken.ts", ...scripts.map(({ path }) => path)],
      };
      await writeFile(
        join(bare, "mistaken.ts"),
        'import { openProject } from "manage-images";\nvoid openProject().plan({ image: ["base"] });\n',
      );
      await writeFile(join(bare, "mistaken.config.ts"), CONFIGURATION.replace("images:", "imagse:"));
      await writeFile(join(bare, "tsconfig.json"), JSON.stringify(config));
      const tsc = join(PROJECT, "node_modules/typescript/bin/tsc");
      const checked = await run(process.execPath, [tsc, "--project", bare], { cwd: bare }).catch(
        (error: unknown) => error as { readonly stdout: string },
      );
      const errors = checked.stdout.split("\n").filter((line) => /^\S/.test(line));
      expect(errors).toEqual([
        expect.stringMatching(/^mistaken\.config\.ts.*'imagse' does not exist/),
        expect.stringMatching(/^mistaken\.ts.*'image' does not exist/),
      ]);
    },
    MINUTE,
  );

  it("loads little for a configuration: what the library does, it loads when it is asked to", async () => {
    const dist = join(bare, "node_modules/manage-images/dist");
    const loaded = await loadedBy(join(dist, "index.js"));
    expect([...loaded.keys()].filter((file) => basename(file).startsWith("verbs-"))).toEqual([]);
    expect([...loaded.values()].join("").length).toBeLessThan(60_000);
  });

  it.each([22, 24])(
    "runs on Node %i",
    async (major) => {
      const other = join(folder, `node-${major}`);
      await mkdir(other);
      await writeFile(join(other, "package.json"), "{}\n");
      const name = `node-${process.platform}-${process.arch}`;
      await install(other, `${name}@${major}`);
      const node = join(other, "node_modules", name, "bin/node");
      expect((await run(node, ["--version"])).stdout).toMatch(new RegExp(`^v${major}\\.`));
      const program = join(bare, "node_modules/manage-images/dist/cli/bin.cjs");
      const { stdout, stderr } = await run(node, [program, "graph", "--format", "dot"], { cwd: bare });
      expect(stdout).toContain('"base" -> "app"');
      expect(stderr).toBe("");
    },
    5 * MINUTE,
  );
});

/** The files that a module loads before it runs, with their texts. */
async function loadedBy(file: string, loaded = new Map<string, string>()): Promise<Map<string, string>> {
  if (loaded.has(file)) return loaded;
  const text = await readFile(file, "utf8");
  loaded.set(file, text);
  for (const [, path = ""] of text.matchAll(/(?:^import|from) *"(\.[^"]+)"/gm))
    await loadedBy(join(dirname(file), path), loaded);
  return loaded;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function install(where: string, what: string): Promise<void> {
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline"];
  await run("npm", ["install", ...quiet, "--ignore-scripts", what], { cwd: where, env: worldly() });
}
