import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { RunResult } from "../../src/model/run.ts";

/** What a page says of an image, in its table. */
export interface ShownImage {
  readonly outcome: string;
  readonly digest: string | undefined;
  readonly previous: string | undefined;
}

/** What a page's table says of all images, by name; read from what is to be seen, not from what is kept in it for programs. */
export async function shownImages(page: Page): Promise<Readonly<Record<string, ShownImage>>> {
  return page.evaluate<Readonly<Record<string, ShownImage>>>(`Object.fromEntries(
    [...document.querySelectorAll("table.images > tbody")].map((row) => {
      const facts = new Map([...row.querySelectorAll("dt")].map((dt) => [dt.textContent, dt.nextElementSibling.textContent]));
      return [row.querySelector("th a").textContent, {
        outcome: row.querySelector(".state").textContent,
        digest: facts.get("Digest"),
        previous: facts.get("Digest before"),
      }];
    }))`);
}

/** What the page must say, from a run's JSON. */
export function expectedImages({ images }: Pick<RunResult, "images">): Readonly<Record<string, ShownImage>> {
  return Object.fromEntries(
    Object.entries(images).map(([name, { outcome, digest, previous }]) => [
      name,
      { outcome, digest, previous },
    ]),
  );
}

/** What the page has of a run for programs. */
export async function resultIn(page: Page): Promise<unknown> {
  return JSON.parse(await page.evaluate<string>('document.getElementById("result").textContent'));
}

/** What axe finds wrong, rule by rule, with the first place. */
export async function violationsIn(page: Page): Promise<readonly string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(`${axe};0`);
  return page.evaluate<readonly string[]>(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`))",
  );
}
