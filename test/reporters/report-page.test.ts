import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { layOut } from "../../src/graph/lay-out.ts";
import type { ImageResult, Outcome } from "../../src/model/run.ts";
import type { RecordedImage, RunRecord } from "../../src/model/run-record.ts";
import { boxSize } from "../../src/reporters/report/graph-figure.ts";
import { formatPage } from "../../src/reporters/report/page.ts";
import { formatResultJson } from "../../src/reporters/result-json.ts";
import { startBrowser } from "../support/browser.ts";
import { expectedImages, resultIn, shownImages, violationsIn } from "../support/report-page.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { digestOf } from "./world.ts";

const MINUTE = 60_000;
const DIST = new URL("../../dist/page/", import.meta.url);
const HOSTILE = [
  "</script><script>document.title='hit'</script>",
  "<img src=x onerror=\"document.title='hit'\">",
  "constructor",
  "7",
  '"><b>&amp;',
  "‮gpj.exe\u001b[31m",
];
const OUTCOMES: readonly Outcome[] = ["built", "reused", "failed", "skipped", "aborted"];

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), "page-"));
}, 2 * MINUTE);
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** A run of images each of which is built on one or two of those before it; made in four places. */
function recordOf(names: readonly string[]): RunRecord {
  const random = seededRandom(7);
  const images = names.map((name, index): RecordedImage => {
    const parents = index === 0 ? [] : [0, 1].map(() => names[Math.floor(random() ** 2 * index)] ?? "");
    const start = Math.floor(index / 4);
    return {
      name,
      repository: `registry.example/${name}`,
      dockerfile: `dockerfiles/${name}.Dockerfile`,
      dependencies: [...new Set(parents)],
      dependents: [],
      bases: [{ reference: "debian:bookworm", where: "from", line: 1 }],
      decision: { action: "build", reasons: [{ why: "context-changed", paths: [`${name}/file`] }] },
      ...(hasSpan(index)
        ? {
            span: {
              place: index % 4,
              start,
              made: start + 1,
              end: start + 1.5,
              phases: [{ phase: "building", start }],
            },
          }
        : {}),
    };
  });
  const results = names.map((name, index): [string, ImageResult] => [name, resultAt(name, index)]);
  return {
    version: 1,
    program: "0.1.0",
    date: "2026-01-02T03:04:05.678Z",
    seconds: names.length / 4 + 1,
    concurrency: 4,
    bound: { chain: names.slice(0, 1), chainSeconds: 1.5, shareSeconds: names.length / 4 },
    images,
    result: {
      images: Object.fromEntries(results),
      references: names.map((image, index) => ({
        ...{ file: `files/${image}`, line: index + 1, image },
        ...{ from: digestOf("0"), to: digestOf("a") },
      })),
      notices: [{ kind: "left-stale", images: [names[0] ?? ""] }],
    },
  };
}

function hasSpan(index: number): boolean {
  return !["skipped"].includes(OUTCOMES[index % OUTCOMES.length] ?? "");
}

function resultAt(name: string, index: number): ImageResult {
  const outcome = OUTCOMES[index % OUTCOMES.length] ?? "built";
  const isThere = outcome === "built" || outcome === "reused";
  return {
    outcome,
    seconds: hasSpan(index) ? 1.5 : 0,
    pushed: isThere,
    ...(isThere
      ? {
          digest: digestOf("a"),
          previous: digestOf("0"),
          sizes: { "linux/amd64": { bytes: 1e6 + index, previous: 1e6 } },
        }
      : { error: `${outcome}: ${name}` }),
    ...(outcome === "failed" ? { log: `/logs/${index}.log` } : {}),
  };
}

async function opened(
  name: string,
  record: RunRecord,
  colorScheme: "light" | "dark" = "light",
): Promise<Page> {
  const logs = new Map(
    record.images.map((image) => [image.name, { text: `${image.name}\n\u001b[1mend`, omitted: 5000 }]),
  );
  const [script, style] = await Promise.all(
    ["page.js", "page.css"].map((part) => readFile(new URL(part, DIST), "utf8")),
  );
  const layout = layOut(record.images, boxSize);
  const html = formatPage({ record, layout, logs, script: script ?? "", style: style ?? "" });
  const file = join(folder, `${name}.html`);
  await writeFile(file, html);
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
  await page.goto(pathToFileURL(file).href);
  return page;
}

describe("the page of a run of 500 images", () => {
  const names = Array.from({ length: 500 }, (_, index) => `team-${index % 10}/image-${index}`);
  const record = recordOf(names);
  let page: Page;

  beforeAll(async () => {
    page = await opened("many", record);
  }, 3 * MINUTE);

  it("says what the run's JSON says", async () => {
    expect(await shownImages(page)).toEqual(expectedImages(record.result));
    expect(await resultIn(page)).toEqual(JSON.parse(formatResultJson(record.result)));
    expect(await page.locator("svg.graph a.box").count()).toBe(500);
    expect(await page.locator("svg.times a.bar").count()).toBe(400);
    expect(await page.locator("table.references tbody tr").count()).toBe(500);
    expect(await page.locator("h1").textContent()).toBe(
      "100 built, 100 reused, 100 failed, 100 skipped, 100 aborted",
    );
  });

  it("is searched and filtered, and everything comes back", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("TEAM-3 image-1");
    const wanted = names.filter((name) => name.includes("team-3") && name.includes("image-1"));
    expect(await page.locator("tbody[data-image]:visible").count()).toBe(wanted.length);
    expect(await page.locator("#count").textContent()).toBe(`${wanted.length} of 500 images`);
    expect(await page.locator("svg.graph a.box:not(.dim)").count()).toBe(wanted.length);
    await page.locator("#state").selectOption("failed");
    const failed = wanted.filter((name) => record.result.images[name]?.outcome === "failed");
    expect(await page.locator("tbody[data-image]:visible").count()).toBe(failed.length);
    await page.keyboard.press("Escape");
    expect(await page.locator("tbody[data-image]:visible").count()).toBe(500);
    expect(await page.locator("#search").inputValue()).toBe("");
  });

  it("follows a link from the graph, by the keyboard too, to what there is of an image", async () => {
    await page.locator("svg.graph a[data-image='image-42']").focus();
    await page.keyboard.press("Enter");
    await page.locator("#image-42 details[open]").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe(names[42]);
    await page.keyboard.press("j");
    expect(await page.evaluate("document.activeElement.textContent")).toBe(names[43]);
    await page.keyboard.press("k");
    await page.keyboard.press("k");
    expect(await page.evaluate("document.activeElement.textContent")).toBe(names[41]);
    await page.keyboard.press("Enter");
    await page.locator("#image-41 details[open]").waitFor();
  });

  it("draws the graph as large as it is, or as large as the window", async () => {
    const drawing = page.locator("svg.graph");
    const large = await drawing.boundingBox();
    expect(large?.height).toBeGreaterThan(900);
    await page.locator("#fit").click();
    const fitted = await drawing.boundingBox();
    expect(fitted?.height).toBeLessThan(900);
    expect(fitted?.width).toBeLessThan(1280);
    await page.locator("#fit").click();
    expect(await drawing.boundingBox()).toMatchObject({ width: large?.width, height: large?.height });
  });

  it("is light or dark as the system is, until the button is pressed, and light on paper", async () => {
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(await ground()).toBe("rgb(255, 255, 255)");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await ground()).toBe("rgb(22, 24, 29)");
    await page.locator("#theme").click();
    expect(await ground()).toBe("rgb(255, 255, 255)");
    await page.locator("#theme").click();
    expect(await ground()).toBe("rgb(22, 24, 29)");
    await page.emulateMedia({ media: "print" });
    expect(await ground()).toBe("rgb(255, 255, 255)");
    expect(await page.locator("#search").isVisible()).toBe(false);
  });
});

describe("the page", () => {
  it.each(["light", "dark"] as const)(
    "breaks none of axe's rules (%s)",
    async (colorScheme) => {
      const page = await opened(
        colorScheme,
        recordOf(["base", "left", "right", "top", "other", "last"]),
        colorScheme,
      );
      await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
      expect(await violationsIn(page)).toEqual([]);
    },
    2 * MINUTE,
  );

  it("shows names as text, whatever they say, and asks nobody for anything", async () => {
    const errors: string[] = [];
    const requests: string[] = [];
    const page = await browser.newPage();
    await page.close();
    const hostile = await opened("hostile", recordOf(HOSTILE));
    hostile.on("request", (request) => requests.push(request.url()));
    hostile.on("pageerror", (error) => errors.push(error.message));
    hostile.on("console", (message) => errors.push(message.text()));
    await hostile.reload();
    const shown = Object.keys(await shownImages(hostile));
    expect(shown.toSorted()).toEqual([...HOSTILE.slice(0, 5), "\uFFFDgpj.exe"].toSorted());
    expect(await hostile.title()).toBe("2 built, 1 reused, 1 failed, 1 skipped, 1 aborted");
    expect(await hostile.locator("svg.graph a.box").count()).toBe(HOSTILE.length);
    expect(await hostile.locator("body img, body b").count()).toBe(0);
    expect(await resultIn(hostile)).toEqual(JSON.parse(formatResultJson(recordOf(HOSTILE).result)));
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([hostile.url()]);
  });
});
