import { readdir } from "node:fs/promises";
import { expect, it } from "@jest/globals";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { startGitHub } from "../support/forges/github.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { commitAll } from "../support/repository.ts";
import { requestsForTests } from "./requests.ts";
import { placeForTests, ZERO } from "./sample.ts";

const MINUTE = 60_000;
/** What would be there if anything of the names were run. */
const TRACE = "executed";
/** git takes these for names of branches and files. */
const BRANCH = `x;$(touch\${IFS}${TRACE})|\`touch\${IFS}${TRACE}\`&<img/src=x>--flag`;
const FILES = [
  `docs/$(touch ${TRACE})\`touch ${TRACE}\`;touch ${TRACE}|.md`,
  "docs/<script>alert(1)</script><!-- x --> | a | b.md",
  "docs/[link](javascript:alert(1)) ![i](http://x.example/i.png) @acme/everyone #1.md",
  "docs/\n::error title=x::owned\n| row | row |\n```\n</code></td>\u001B[31m\u202E.md",
  "docs/%0A::stop-commands::x,line=1.md",
  "docs/--help",
];
const LABEL = "<b>|`\n::error::label</b>";

/** A workflow command that is none of ours. */
const COMMAND = /^(?!::(?:error|warning) file=|::group::(?:base|right)\b|::endgroup::$)::/m;

const place = placeForTests();
const { forge: github, repository, origin, given } = await requestsForTests(place, "names", startGitHub);

it(
  "nothing that a repository says is run, is a command to CI, or breaks out of where it is shown",
  async () => {
    const images = { base: { labels: { hostile: LABEL } }, right: {} };
    const prefix = await given("hostile", (registry) => ({
      "images.config.json": JSON.stringify({ registry, images }),
      ...Object.fromEntries(FILES.map((file) => [file, `${registry}/right@${ZERO}\n`])),
    }));
    await repository.git("switch", "--quiet", "--create", BRANCH);
    await repository.git("push", "--quiet", "--set-upstream", "origin", "HEAD");
    await repository.git("remote", "set-head", "origin", "main");

    const pr = await runs("pr", "--base-branch", BRANCH);
    expect(pr).toMatchObject({ exitCode: 0 });
    const [pull] = github.pulls;
    expect(pull).toMatchObject({ base: BRANCH, title: "Update image digests: base, right" });
    const html = micromark(pull?.body ?? "", {
      allowDangerousHtml: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    // Two images make two rows and a head, whatever files are called; and only these elements are ours.
    expect(html.match(/<tr>/g)).toHaveLength(3);
    const elements = new Set([...html.matchAll(/<(\w+)/g)].map(([, name]) => name));
    for (const element of ["script", "img", "b", "a"])
      expect([element, elements.has(element)]).toEqual([element, false]);
    for (const file of FILES.slice(0, 3)) expect(textOf(html)).toContain(file.slice("docs/".length, 30));

    const run = await runs("--image", "all", "--progress", "plain");
    expect(run).toMatchObject({ exitCode: 0 });
    await repository.write(Object.fromEntries(FILES.map((file) => [file, `${prefix}/right@${ZERO}\n`])));
    await commitAll(repository, "Old digests again");
    const check = await runs("check", "--format", "github");
    expect(check).toMatchObject({ exitCode: 1 });
    const annotations = check.stdout.split("\n").filter((line) => /^\s*::/.test(line));
    expect(annotations.length).toBeGreaterThanOrEqual(FILES.length);
    for (const line of annotations)
      expect(line).toMatch(/^::(?:error|warning) file=[^:,\n]+(?:,\w+=[^:,\n]*)*::/);

    for (const { stdout, stderr } of [
      pr,
      run,
      check,
      await runs("plan", "--image", "all"),
      await runs("graph"),
    ]) {
      expect(stdout + stderr).not.toMatch(COMMAND);
      expect(stdout + stderr).not.toContain("\u001B");
      expect(stdout + stderr).not.toContain("\u202E");
    }
    expect(await readdir(repository.folder)).not.toContain(TRACE);
    expect(await readdir(origin.folder)).not.toContain(TRACE);
  },
  4 * MINUTE,
);

async function runs(...args: readonly string[]): Promise<Ran> {
  const environment = { ...place.environment, ...github.environment, GITHUB_ACTIONS: "true" };
  return manageImages(repository.folder, args, environment);
}

/** What a reader sees of HTML. */
function textOf(html: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };
  return html.replace(/<[^>]*>/g, "").replace(/&(\w+);/g, (whole, name: string) => named[name] ?? whole);
}
