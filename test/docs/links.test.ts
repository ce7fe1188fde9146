import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file));
}

const PAGES = ["README.md", "test/README.md", ...pagesIn("docs"), ...pagesIn("examples")];

function read(page: string): string {
  // What stands in code is no link.
  return readFileSync(join(ROOT, page), "utf8").replace(/```[^]*?```|`[^`\n]*`/g, (code) =>
    code.replace(/[[\]]/g, " "),
  );
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...readFileSync(join(ROOT, page), "utf8").matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

it.each(PAGES)("%s links to what is there", (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

it("shows each picture, which is small", () => {
  const folder = join(ROOT, "docs/pictures");
  const pictures = readdirSync(folder);
  expect(pictures.length).toBeGreaterThan(0);
  for (const picture of pictures) {
    expect(statSync(join(folder, picture)).size).toBeLessThan(150_000);
    expect(PAGES.filter((page) => read(page).includes(`/${picture})`))).not.toEqual([]);
  }
});
