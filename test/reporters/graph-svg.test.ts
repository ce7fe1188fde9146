import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser } from "playwright-core";
import { layOut } from "../../src/graph/lay-out.ts";
import { boxSize, formatGraphSvg } from "../../src/reporters/graph-svg.ts";
import { startBrowser } from "../support/browser.ts";
import { manageImages } from "../support/manage-images.ts";
import { GIT_ENVIRONMENT, makeRepository } from "../support/repository.ts";
import { sampleFiles } from "../main-job/sample.ts";

const MINUTE = 60_000;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await startBrowser();
}, 2 * MINUTE);
afterAll(() => browser.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "svg-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What a browser sees in a picture: an error of its XML parser is an element, too. */
async function seenIn(svg: string): Promise<unknown> {
  const file = join(folder, "graph.svg");
  await writeFile(file, svg);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  return page.evaluate(`({
    images: [...document.querySelectorAll("g.box text")].map((text) => text.textContent).sort(),
    lines: document.querySelectorAll("path.line").length,
    stale: document.querySelectorAll("g.box.stale").length,
    errors: document.querySelectorAll("parsererror").length,
    outside: [...document.querySelectorAll("rect")].filter((rect) => {
      const { left, top, right, bottom } = rect.getBoundingClientRect();
      const { width, height } = document.documentElement.getBoundingClientRect();
      return left < 0 || top < 0 || right > width || bottom > height;
    }).length,
  })`);
}

describe("the graph as a picture", () => {
  it("has each image and a line for each dependency, in its frame", async () => {
    const repository = await makeRepository(sampleFiles("registry.example/acme"));
    try {
      const ran = await manageImages(repository.folder, ["graph", "--format", "svg"], GIT_ENVIRONMENT);
      expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await seenIn(ran.stdout)).toEqual({
        images: ["base", "left", "right", "tools", "top"],
        lines: 5,
        stale: 5,
        errors: 0,
        outside: 0,
      });
    } finally {
      await repository.remove();
    }
  });

  it("has names as text, whatever they say", async () => {
    const names = ["<script>alert(1)</script>", "constructor", "7", '"&amp;]]>', "\u001b[31mred\u0000"];
    const images = names.map((name, index) => ({
      name,
      dockerfile: name,
      isStale: index === 1,
      dependencies: names.slice(0, index),
    }));
    expect(await seenIn(formatGraphSvg(images, layOut(images, boxSize)))).toEqual({
      images: ['"&amp;]]>', "7", "<script>alert(1)</script>", "constructor", "red\uFFFD"],
      lines: 10,
      stale: 1,
      errors: 0,
      outside: 0,
    });
  });

  it("of no image is empty", async () => {
    const seen = await seenIn(formatGraphSvg([], layOut([], boxSize)));
    expect(seen).toEqual({ images: [], lines: 0, stale: 0, errors: 0, outside: 0 });
  });
});
