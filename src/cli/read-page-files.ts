import { readFile } from "node:fs/promises";

/** What runs in pages, and how they look: files that are made when the program is built, and lie beside it. */
export async function readPageFiles(): Promise<{ readonly script: string; readonly style: string }> {
  const [script, style] = await Promise.all([readPart("page.js"), readPart("page.css")]);
  return { script, style };
}

function readPart(name: string): Promise<string> {
  return readFile(new URL(`../page/${name}`, import.meta.url), "utf8");
}
