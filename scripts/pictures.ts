/**
 * Makes the pictures of the documentation, in docs/pictures: a run on a terminal, and its report. The run is a real one, on an
 * engine and a registry of our own. Run it by `npm run pictures`, and look at what it made.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { AnsiUp } from "ansi_up";
import type { Browser } from "playwright-core";
import { BASE_IMAGE } from "../test/support/base-images.ts";
import { startBrowser } from "../test/support/browser.ts";
import { openTmux } from "../test/support/tmux.ts";
import { runProgram, runUntilSignal } from "./run-program.ts";
import { commitAll, GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";
import { withEngine } from "./with-engine.ts";

const PROGRAM = join(PROJECT, "dist/cli/bin.cjs");
const PICTURES = join(PROJECT, "docs/pictures");
const NOT_BUILT_YET = `sha256:${"0".repeat(64)}`;
const TERMINAL = { columns: 88, rows: 17 };

/** What each image is built on, and its step with the seconds that it takes. */
const IMAGES: Readonly<Record<string, readonly [on: readonly string[], step: string, seconds: number]>> = {
  base: [[], "apt-get install --yes ca-certificates tini", 1.5],
  toolchain: [["base"], "apt-get install --yes clang lld ninja-build", 2.5],
  python: [["base"], "apt-get install --yes python3.12", 1.5],
  cuda: [["base"], "apt-get install --yes cuda-minimal-13-0", 4],
  compiler: [["toolchain"], "ninja -C build install", 5],
  "python-cuda": [["python", "cuda"], "pip install -r requirements.txt", 3],
  training: [["python-cuda", "compiler"], "pip install ./training", 3.5],
  inference: [["python-cuda"], "pip install ./inference", 2.5],
  server: [["inference"], "pip install ./server", 2],
  docs: [["python"], "mkdocs build", 2.5],
  tests: [["training", "server"], "pip install ./tests", 1.5],
};

const TOOLS = ["apt-get", "ninja", "pip", "mkdocs"];

process.exitCode = await runUntilSignal(makePictures);

async function makePictures(signal: AbortSignal): Promise<void> {
  await withEngine(async (registry, engine, endings) => {
    const browser = await startBrowser();
    endings.push(() => browser.close());
    const folder = await mkdtemp(join(tmpdir(), "pictures-"));
    endings.push(() => rm(folder, { recursive: true }));
    const environment = { ...GIT_ENVIRONMENT, DOCKER_HOST: engine.host, CI: "" };

    await writeRepository(folder, `${registry.host}/acme`);
    // From the durations of a first run the second one, whose picture it is, says how long it takes.
    const circumstances = { folder, environment: { ...process.env, ...environment }, signal };
    await runProgram(process.execPath, [PROGRAM, "--image", "all"], { ...circumstances, output: "ignore" });
    await writeFile(join(folder, "files/tini.conf"), "signals = forward\n");
    await mkdir(PICTURES, { recursive: true });
    await pictureRun(browser, folder, environment);
    await pictureReport(browser, join(folder, "run.html"));
  });
}

async function writeRepository(folder: string, registry: string): Promise<void> {
  const pin = (image: string) => `${registry}/${image}@${NOT_BUILT_YET}`;
  const entries = Object.keys(IMAGES).map((name) => [name, { network: "none" }]);
  const files: Record<string, string> = {
    "images.config.json": JSON.stringify({ registry, images: Object.fromEntries(entries) as object }),
    ".github/workflows/test.yml": `jobs:\n  test:\n    container: ${pin("tests")}\n`,
    "compose.yaml": `services:\n  server:\n    image: ${pin("server")}\n`,
    "files/tini.conf": "",
  };
  for (const tool of TOOLS) files[`tools/${tool}`] = toolScript();
  for (const [name, [on, step]] of Object.entries(IMAGES)) {
    const [first, ...others] = on.map(pin);
    const copies = others.map((other) => `COPY --from=${other} /etc/group /opt/${name}.group\n`).join("");
    const tools = "COPY --chmod=755 tools /usr/local/bin/\nCOPY files /etc/\n";
    files[`dockerfiles/${name}.Dockerfile`] =
      `FROM ${first ?? BASE_IMAGE}\n${first === undefined ? tools : ""}${copies}RUN ${step}\n`;
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await commitAll(folder, "Eleven images, not built yet");
}

/** What steps call does as if: it takes its time, and leaves something of a size. */
function toolScript(): string {
  const cases = Object.values(IMAGES).map(([, step, seconds]) => `"${step}") sleep ${seconds} ;;\n`);
  return `#!/bin/sh\ncase "\${0##*/} $*" in\n${cases.join("")}esac\nhead -c 200000 /dev/urandom >"/usr/local/$(cat /proc/sys/kernel/random/uuid)"\n`;
}

/** The list while some images are built and others are being built. */
async function pictureRun(
  browser: Browser,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const command = [process.execPath, PROGRAM, "--image", "all", "--concurrency", "4", "--report", "run.html"];
  const terminal = await openTmux(TERMINAL, command, { folder, environment });
  try {
    await terminal.until(
      (lines) =>
        lines.filter((line) => line.startsWith("✔")).length >= 4 && lines.at(-1)?.endsWith("left") === true,
    );
    const shown = await terminal.captureColoured();
    await terminal.until((lines) => lines.at(-1) === "exit 0");
    await writeFile(
      join(PICTURES, "run.png"),
      await pictureOf(browser, `$ manage-images --image all\n${shown}`),
    );
  } finally {
    await terminal.close();
  }
}

async function pictureOf(browser: Browser, text: string): Promise<Uint8Array> {
  const page = await browser.newPage({ deviceScaleFactor: 2 });
  const style =
    "body{margin:0}pre{display:inline-block;margin:0;padding:14px 18px;border-radius:8px;color:#d4d4d8;" +
    `background:#18181b;font:13px/1.5 "DejaVu Sans Mono",monospace;width:${TERMINAL.columns}ch}`;
  await page.setContent(`<style>${style}</style><pre>${new AnsiUp().ansi_to_html(text.trimEnd())}</pre>`);
  return page.locator("pre").screenshot({ omitBackground: true });
}

async function pictureReport(browser: Browser, file: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: join(PICTURES, "report.png") });
}
