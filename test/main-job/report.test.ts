import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import type { RunResult } from "../../src/model/run.ts";
import { startBrowser } from "../support/browser.ts";
import { expectedImages, resultIn, shownImages } from "../support/report-page.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { makeSample, placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const place = placeForTests();
let browser: Browser;
let folder: string;
let repository: Repository;

beforeAll(async () => {
  browser = await startBrowser();
}, 2 * MINUTE);
afterAll(() => browser.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await repository.remove();
});

async function opened(file: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  return page;
}

/** Twenty images in three levels, each but the first on one of those before it. */
function twentyImages(prefix: string): Record<string, string> {
  const names = Array.from({ length: 20 }, (_, index) => `image-${index}`);
  return {
    "images.config.json": JSON.stringify({
      registry: prefix,
      images: Object.fromEntries(names.map((name) => [name, {}])),
    }),
    ".dockerignore": "*\n",
    ...Object.fromEntries(
      names.map((name, index) => {
        const parent =
          index === 0 ? "busybox:1.36" : `${prefix}/image-${Math.floor((index - 1) / 4)}@${ZERO}`;
        return [`dockerfiles/${name}.Dockerfile`, `FROM ${parent}\nRUN echo ${name} >/${name}\n`];
      }),
    ),
  };
}

describe("the report", () => {
  it(
    "of a run of twenty images says what its JSON says, and has the logs",
    async () => {
      repository = await makeRepository(twentyImages(prefixOf(place.registry.host, "report-twenty")));
      const file = join(folder, "run.html");
      const ran = await place.run(repository, "--image", "all", "--format", "json", "--report", file);
      expect(ran).toMatchObject({ exitCode: 0 });
      const json = JSON.parse(ran.stdout) as RunResult;
      const page = await opened(file);

      expect(await shownImages(page)).toEqual(expectedImages(json));
      expect(await resultIn(page)).toEqual(json);
      expect(await page.locator("table.references tbody tr").count()).toBe(json.references.length);
      expect(json.references).toHaveLength(19);
      expect(await page.locator("svg.graph a.box").count()).toBe(20);
      expect(await page.locator("svg.graph path.line").count()).toBe(19);
      expect(await page.locator("svg.times a.bar").count()).toBe(20);
      expect(await page.locator("svg.graph a.chain").count()).toBe(3);
      expect(await page.locator("#image-5 dl").textContent()).toContain("image-1");
      expect(await page.locator("#image-0 dl").textContent()).toContain("busybox:1.36");
      expect(await page.locator("#image-0 details pre").textContent()).toContain("RUN echo image-0");
      await page.close();
    },
    4 * MINUTE,
  );

  it(
    "can be had of the last run, with what failed and why",
    async () => {
      ({ repository } = await makeSample(place, "report-failed", () => ({
        "dockerfiles/left.Dockerfile": `FROM ${prefixOf(place.registry.host, "report-failed")}/base@${ZERO}\nRUN echo '<b>no</b>' && exit 3\n`,
      })));
      const ran = await place.run(
        repository,
        "--image",
        "all",
        "-j",
        "1",
        "--keep-going",
        "--format",
        "json",
      );
      expect(ran).toMatchObject({ exitCode: 1 });
      const reported = await place.run(repository, "report");
      expect(reported).toMatchObject({
        exitCode: 0,
        stdout: `${join(repository.folder, ".git/manage-images/report.html")}\n`,
      });
      const page = await opened(reported.stdout.trim());

      const json = JSON.parse(ran.stdout) as RunResult;
      expect(await shownImages(page)).toEqual(expectedImages(json));
      expect(json.images["left"]).toMatchObject({ outcome: "failed" });
      const left = page.locator("tbody", { has: page.locator("th a", { hasText: /^left$/ }) });
      expect(await left.locator(".why").textContent()).toContain(json.images["left"]?.error?.split("\n")[0]);
      expect(await left.locator("pre[aria-label='Build log']").textContent()).toContain("<b>no</b>");
      expect(await repository.git("status", "--porcelain")).not.toContain("report");
      await page.close();
    },
    3 * MINUTE,
  );

  it(
    "of a run without anything to do is of the last that had something",
    async () => {
      repository = await makeRepository({
        "images.config.json": JSON.stringify({
          registry: prefixOf(place.registry.host, "report-again"),
          images: { app: {} },
        }),
        "dockerfiles/app.Dockerfile": "FROM busybox:1.36\n",
      });
      const none = await place.run(repository, "report");
      expect(none).toMatchObject({ exitCode: 1 });
      expect(none.stderr).toContain("manage-images --image all");
      expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
      const file = join(folder, "nothing.html");
      expect(await place.run(repository, "--image", "all", "--report", file)).toMatchObject({ exitCode: 0 });
      const nothing = await opened(file);
      expect(await shownImages(nothing)).toMatchObject({ app: { outcome: "up to date" } });
      const { stdout } = await place.run(repository, "report", join(folder, "last.html"));
      const last = await opened(stdout.trim());
      expect(await shownImages(last)).toMatchObject({ app: { outcome: "built" } });

      await writeFile(join(folder, "file"), "");
      for (const wrong of [
        ["--image", "app", "--report", join(folder, "missing/run.html")],
        ["--image", "app", "--report", folder],
        ["--image", "app", "--dry-run", "--report", join(folder, "dry.html")],
        ["--only-references", "--report", join(folder, "references.html")],
        ["report", join(folder, "file/run.html")],
      ])
        expect(await place.run(repository, ...wrong)).toMatchObject({ exitCode: 2, stdout: "" });
    },
    3 * MINUTE,
  );
});
