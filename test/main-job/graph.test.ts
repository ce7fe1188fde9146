import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import type { DescribedGraph, JudgedImage } from "../../src/model/described-image.ts";
import { startBrowser } from "../support/browser.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { violationsIn } from "../support/report-page.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";
import { makeSample, placeForTests, sampleFiles } from "./sample.ts";

const MINUTE = 60_000;
const PREFIX = "registry.example/acme";
const LEGEND = ["", "* not up to date; why: manage-images plan --image all", ""];
let repository: Repository;

afterEach(() => repository.remove());

function graph(...args: readonly string[]): Promise<Ran> {
  return manageImages(repository.folder, ["graph", ...args], GIT_ENVIRONMENT);
}

describe("the graph, after a run and a change", () => {
  const place = placeForTests();

  it(
    "marks exactly what a run would build, in every format",
    async () => {
      ({ repository } = await makeSample(place, "graph"));
      expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
      expect((await graph()).stdout.split("\n")).toEqual([
        "base",
        "├─ left",
        "│  └─ top (+ tools, right)",
        "└─ right",
        "   └─ top (+ tools, left)",
        "tools",
        "└─ top (+ left, right)",
        "",
      ]);

      await repository.write({ tool: { program: "#!/bin/sh\necho other\n" } });
      const planned = await place.run(repository, "plan", "--image", "all", "--format", "json");
      const { images: decisions } = JSON.parse(planned.stdout) as {
        readonly images: Readonly<Record<string, { action: string; reasons: unknown }>>;
      };
      const { images } = JSON.parse((await graph("--format", "json")).stdout) as DescribedGraph<JudgedImage>;
      const judged = Object.entries(images).map(([name, { stale, reasons }]) => [name, stale, reasons ?? []]);
      expect(judged.toSorted()).toEqual(
        Object.entries(decisions)
          .map(([name, { action, reasons }]) => [name, action !== "up-to-date", reasons])
          .toSorted(),
      );
      expect(judged.filter(([, stale]) => stale).map(([name]) => name)).toEqual(["tools", "top"]);

      expect((await graph("--image", "tools")).stdout.split("\n")).toEqual([
        "tools *",
        "└─ top * (+ left, right)",
        ...LEGEND,
      ]);
      expect((await graph("--format", "dot")).stdout.match(/^ {2}"\w+" \[style=dashed/gm)).toEqual([
        '  "tools" [style=dashed',
        '  "top" [style=dashed',
      ]);
      expect((await graph("--format", "mermaid")).stdout).toMatch(/^ {2}class i\d,i\d stale$/m);
      expect((await graph("--format", "svg")).stdout.match(/class="box stale"/g)).toHaveLength(2);
    },
    3 * MINUTE,
  );
});

describe("a part of the graph", () => {
  beforeEach(async () => {
    repository = await makeRepository(sampleFiles(PREFIX));
  });

  it.each([
    [
      ["--image", "left"],
      ["base *", "└─ left *", "   └─ top * (+ tools, right)"],
    ],
    [
      ["--image", "left", "--direction", "parents"],
      ["base *", "└─ left *"],
    ],
    [
      ["--image", "left", "--direction", "children"],
      ["left * (+ base)", "└─ top * (+ tools, right)"],
    ],
    [
      ["--image", "base", "--depth", "1"],
      ["base *", "├─ left *", "└─ right *"],
    ],
    [
      ["--image", "base", "--image", "tools", "--depth", "0"],
      ["base *", "tools *"],
    ],
  ])("%j", async (args, expected) => {
    const ran = await graph(...args);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout.split("\n")).toEqual([...expected, ...LEGEND]);
  });

  it("is the same in other formats, with what images are built on outside of it", async () => {
    const ran = await graph("--image", "left", "--direction", "children", "--format", "json");
    const { order, images } = JSON.parse(ran.stdout) as DescribedGraph;
    expect([order, Object.keys(images)]).toEqual([
      ["left", "top"],
      ["left", "top"],
    ]);
    expect(images["left"]?.dependencies).toEqual(["base"]);
    const { stdout } = await graph("--image", "left", "--direction", "children", "--format", "mermaid");
    expect(stdout.match(/-->/g)).toHaveLength(1);
  });

  it.each([
    [["--image", "lfet"], /did you mean left\?/],
    [["--depth", "1"], /--depth goes with --image/],
    [["--direction", "parents"], /--direction goes with --image/],
    [["--image", "left", "--depth", "-1"], /--depth takes a whole number from 0/],
    [["--image", "left", "--direction", "up"], /parents, children, both/],
  ])("%j is a mistake", async (args, words) => {
    const ran = await graph(...args);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toMatch(words);
  });
});

it(
  "An image whose inputs cannot be had is not known to be stale, and hinders no other",
  async () => {
    repository = await makeRepository(
      sampleFiles(PREFIX, {
        "images.config.json": JSON.stringify({
          registry: PREFIX,
          images: { base: {}, tools: { context: "https://127.0.0.1:1/nowhere.git#main" } },
        }),
        "dockerfiles/tools.Dockerfile": "FROM busybox\n",
      }),
    );
    const ran = await graph();
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^base \*\ntools \?\n\n\*.*\n\? .*nowhere/);
    const { images } = JSON.parse((await graph("--format", "json")).stdout) as DescribedGraph<JudgedImage>;
    expect([images["base"]?.stale, images["tools"]?.stale]).toEqual([true, undefined]);
  },
  MINUTE,
);

describe("the graph as a page", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    browser = await startBrowser();
    folder = await mkdtemp(join(tmpdir(), "graph-"));
  }, 2 * MINUTE);
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function opened(html: string, colorScheme: "light" | "dark" = "light"): Promise<Page> {
    const file = join(folder, "graph.html");
    await writeFile(file, html);
    const page = await browser.newPage({ colorScheme, viewport: { width: 900, height: 700 } });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  it.each(["light", "dark"] as const)(
    "says of each image what it is, and breaks none of axe's rules (%s)",
    async (colorScheme) => {
      repository = await makeRepository(sampleFiles(PREFIX));
      const page = await opened((await graph("--format", "html")).stdout, colorScheme);
      expect(await page.title()).toBe("5 images, 5 not up to date");
      expect(await page.locator("svg.graph a.box.stale").count()).toBe(5);
      expect(await page.locator("svg.graph path.line").count()).toBe(5);
      const row = page.locator("tbody", { has: page.locator("th a", { hasText: /^top$/ }) });
      expect(await row.locator(".state").textContent()).toBe("stale");
      expect(await row.locator(".why").first().textContent()).toContain("the lockfile has no digest of it");
      await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
      expect(await violationsIn(page)).toEqual([]);
      await page.close();
    },
    2 * MINUTE,
  );

  it(
    "of 300 images is searched, moved with the pointer, and leads from the drawing to the table",
    async () => {
      const names = Array.from({ length: 300 }, (_, index) => `team-${index % 10}-image-${index}`);
      const parent = (index: number) =>
        index === 0 ? "busybox" : `${PREFIX}/${names[Math.floor(index / 4)] ?? ""}`;
      repository = await makeRepository({
        "images.config.json": JSON.stringify({
          registry: PREFIX,
          images: Object.fromEntries(names.map((name) => [name, {}])),
        }),
        ".dockerignore": "*\n",
        ...Object.fromEntries(
          names.map((name, index) => [`dockerfiles/${name}.Dockerfile`, `FROM ${parent(index)}\n`]),
        ),
      });
      const page = await opened((await graph("--format", "html")).stdout);
      await page.keyboard.press("/");
      await page.keyboard.type("team-3 image-29");
      expect(await page.locator("#count").textContent()).toBe("1 of 300 images");
      expect(await page.locator("svg.graph a.box:not(.dim)").count()).toBe(1);
      await page.keyboard.press("Escape");

      const drawing = page.locator(".scrolled:has(svg.graph)");
      const scrolledTo = () =>
        page.evaluate<number>("document.querySelector('.scrolled:has(svg.graph)').scrollTop");
      const box = await drawing.boundingBox();
      await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 300);
      await page.mouse.down();
      await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 100, { steps: 5 });
      await page.mouse.up();
      expect(await scrolledTo()).toBe(200);
      expect(await page.evaluate("location.hash")).toBe("");

      await page.locator("svg.graph a.box text", { hasText: /^team-7-image-7$/ }).click();
      await page.locator("tbody:target details[open]").waitFor();
      expect(await page.evaluate("document.activeElement.textContent")).toBe("team-7-image-7");
      await page.close();
    },
    2 * MINUTE,
  );
});
