/** Each page of docs/guides, and that on the library, done as it says: its files are written, its commands run, in its order. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { DescribedCommand } from "../../src/cli/describe-commands.ts";
import { readWords } from "../../src/cli/read-words.ts";
import { PROJECT } from "../../scripts/sample-repository.ts";
import { COMMANDS } from "../cli/commands.ts";
import { placeForTests, type Place } from "../main-job/sample.ts";
import { makeOrigin, type BareRepository } from "../support/forges/bare-repository.ts";
import { startGitHub, type GitHub } from "../support/forges/github.ts";
import { startGitLab, type GitLab } from "../support/forges/gitlab.ts";
import { manageImages } from "../support/manage-images.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { mentionsIn, readPage, type Command, type Step } from "./page.ts";

const MINUTE = 60_000;
const FOLDER = new URL("../../docs/guides/", import.meta.url);
const LIBRARY = "../library.md";
const GUIDES = readdirSync(FOLDER).filter((file) => file.endsWith(".md"));
const PAGES = [...GUIDES, LIBRARY];
/** What pages call the registry that everybody has another of. */
const REGISTRY = "registry.example";
/** Pages with images that need an engine with containerd's store. */
const CONTAINERD = ["platforms.md", "from-bake.md"];

function read(page: string): string {
  return readFileSync(new URL(page, FOLDER), "utf8");
}

/** What is wrong with words behind `manage-images`, by what the parser is told of commands and flags. */
function findMistakes(words: readonly string[]): readonly string[] {
  const { command, words: others } = readWords(words, COMMANDS);
  const unknown = words.filter((word) => word.startsWith("-") && !isFlag(word, command));
  const tooMany = command.words.size === 0 ? others : [];
  return [...unknown, ...tooMany].map((word) => `manage-images ${words.join(" ")}: ${word}`);
}

function isFlag(word: string, command: DescribedCommand): boolean {
  return word === "--help" || readWords([word], [command]).given.size > 0;
}

describe.each(GUIDES)("the guide %s", (page) => {
  it("names no command or flag that there is not", () => {
    const commands = readPage(read(page)).flatMap((step) => (step.kind === "command" ? step.commands : []));
    const ours = commands.flatMap(({ words: [npx, program, ...rest] }) =>
      npx === "npx" && program === "manage-images" ? [rest] : [],
    );
    expect(ours.length).toBeGreaterThan(0);
    expect([...ours, ...mentionsIn(read(page))].flatMap(findMistakes)).toEqual([]);
  });

  it("leads to no page that there is not", () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(new URL(link, FOLDER)))).toEqual([]);
  });
});

describe.each(["overlay2", "containerd"] as const)("with the %s store", (store) => {
  const place = placeForTests(store);
  let repository: Repository;
  let origin: BareRepository;
  let forges: Readonly<{ GitHub: GitHub; GitLab: GitLab }>;
  beforeAll(async () => {
    forges = { GitHub: await startGitHub(() => origin), GitLab: await startGitLab(() => origin) };
  });
  afterAll(async () => {
    await forges.GitHub.stop();
    await forges.GitLab.stop();
  });
  afterEach(async () => {
    await repository.remove();
    await origin.remove();
  });

  it.each(PAGES.filter((page) => CONTAINERD.includes(page) === (store === "containerd")))(
    "%s does what it says",
    async (page) => {
      const here = read(page)
        .replaceAll(REGISTRY, `${place.registry.host}/${basename(page, ".md")}`)
        // Docker Hub cannot be reached from everywhere; what it has is there, too.
        .replaceAll("busybox:", `${place.registry.host}/library/busybox:`);
      const steps = readPage(here);
      // What stands before the first command is there already, and committed.
      const first = steps.findIndex(({ kind }) => kind === "command");
      repository = await makeRepository(filesOf(steps.slice(0, first)));
      origin = await makeOrigin(repository);
      if (page === LIBRARY) await installIn(repository);
      for (const step of steps.slice(first)) {
        if (step.kind === "file") await repository.write({ [step.path]: step.text });
        else if (step.needs !== "Google") await follow(step, repository, environmentOf(step, place, forges));
      }
      expect(forges.GitHub.violations).toEqual([]);
      expect(forges.GitLab.violations).toEqual([]);
    },
    5 * MINUTE,
  );
});

function filesOf(steps: readonly Step[]): Record<string, string> {
  return Object.fromEntries(steps.flatMap((step) => (step.kind === "file" ? [[step.path, step.text]] : [])));
}

function environmentOf(
  { needs }: Step & { kind: "command" },
  place: Place,
  forges: Readonly<{ GitHub: GitHub; GitLab: GitLab }>,
): Readonly<Record<string, string>> {
  const forge = needs === "GitHub" || needs === "GitLab" ? forges[needs].environment : {};
  return { ...place.environment, ...forge };
}

/** As `npm install` would, so that programs find the package. */
async function installIn({ folder, write }: Repository): Promise<void> {
  await write({ ".git/info/exclude": "node_modules\n" });
  await mkdir(join(folder, "node_modules"));
  await symlink(PROJECT, join(folder, "node_modules/manage-images"));
}

async function follow(
  { line, commands, shown, exitCode }: Step & { kind: "command" },
  repository: Repository,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  for (const command of commands) {
    const [program, ...rest] = command.words;
    if (program === "git") await repository.git(...rest);
    else if (program === "node") {
      const env = { ...process.env, ...environment };
      const ran = await promisify(execFile)(process.execPath, rest, { cwd: repository.folder, env });
      expect(`${line}\n${ran.stderr}${ran.stdout}`).toBe(`${line}\n${shown}`);
    } else if (program === "npx" && rest[0] === "manage-images") {
      const ran = await manageImages(repository.folder, rest.slice(1), environment);
      expect(`${line}: ${ran.exitCode}\n${ran.exitCode === exitCode ? "" : ran.stderr}`).toBe(
        `${line}: ${exitCode}\n`,
      );
      await write(repository, command, ran.stdout);
    } else expect(line).toBe("npm install --save-dev manage-images");
  }
}

async function write(repository: Repository, { output }: Command, text: string): Promise<void> {
  if (output !== undefined) await repository.write({ [output]: text });
}
