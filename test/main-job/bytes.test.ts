import { execFile } from "node:child_process";
import { chmod, lstat, mkdtemp, readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import {
  commitAll,
  GIT_ENVIRONMENT,
  makeRepository,
  type Content,
  type Repository,
} from "../support/repository.ts";
import { prefixOf, startPlace, ZERO, type Place } from "./sample.ts";

const MINUTE = 60_000;
const run = promisify(execFile);

interface Digests {
  readonly base: string;
  readonly tools: string;
}

/** What the pins say before the run: one was never built, the other has an old digest. */
const BEFORE: Digests = { base: ZERO, tools: `sha256:${"0123456789abcdef".repeat(4)}` };
const DOCKERFILES = {
  base: "dockerfiles/base.Dockerfile",
  tools: "dockerfiles/tools.Dockerfile",
};
const BOM = "\ufeff";
const SCRIPT = "bin/run.sh";

/** Files with pins that a run writes, as they are when the images have these digests. */
function writtenFiles(prefix: string, digests: Digests): Record<string, Content> {
  const base = `${prefix}/base@${digests.base}`;
  const tools = `${prefix}/tools:latest@${digests.tools}`;
  const line = `image: ${base}\n`;
  const filler = '{"a":1},'.repeat(320_000);
  return {
    [DOCKERFILES.tools]: `${BOM}FROM ${base}\r\nLABEL is=tools\r\n`,
    "crlf.yaml": `a: ${base}\r\n\r\nb: ${tools}\r\n`,
    "mixed-line-ends.txt": `${base}\r\n${base}\n\r${base}\r`,
    "bom.json": `${BOM}{ "image": "${base}" }\n`,
    "latin-1.txt": Buffer.from(`caf\xe9 \xff\xfe ${base} \x80\xe9\n`, "latin1"),
    "no-final-newline.txt": `first\n${base} last`,
    "only-a-pin.txt": base,
    "at-start-and-end.txt": `${base}\nbetween\n${tools}`,
    "scheme.yaml": `uses: docker://${base}\nimage: oci://${tools}\nurl=https://${base}\n`,
    "quoted.sh": `a="${base}" b='${base}' c=\`${tools}\` d="\${IMAGE:-${base}}"\n`,
    "brackets.md": `(${base}) [${base}] <${base}> {${base}},${tools};${base}. **${tools}**\n`,
    "two-on-one-line.txt": `${base} ${tools} ${base},${tools}\n`,
    "escaped.json": `{"text":"one\\n${base}\\n\\"${tools}\\""}\n`,
    "other-tag.txt": `${prefix}/base:v1.2-rc_3@${digests.base}\n`,
    "other-digest.txt": `now ${base}, but sha256:${"a".repeat(64)} and ${ZERO}\n`,
    "one-line-of-5-megabytes.json": `[${filler}"${base}",${filler}"${tools}"]`,
    [SCRIPT]: { program: `#!/bin/sh\nexec docker run ${base} "$@"\n` },
    "with space/and more.txt": line,
    "new\nline.txt": line,
    'double"quote.txt': line,
    "it's.txt": line,
    "ünï-日本-🐳.txt": line,
    "-dash.txt": line,
    "--no-commit": line,
    ":(glob)*.txt": line,
    "back\\slash.txt": line,
    "$HOME.txt": line,
    "tab\there.txt": line,
    ".hidden/.file": line,
    "eol-by-attribute.txt": `a\r\n${base}\r\nb ${tools}\r\n`,
  };
}

/** Files with what is no pin of these images, or with pins that are not to be written. */
function keptFiles(prefix: string): Record<string, Content> {
  const base = `${prefix}/base@${ZERO}`;
  const hex = ZERO.slice("sha256:".length);
  return {
    "longer-names.txt": [
      `${prefix}/base-arm64@${ZERO}`,
      `${prefix}/base.old@${ZERO}`,
      `${prefix}/base_2@${ZERO}`,
      `${prefix}/base/sub@${ZERO}`,
      `${prefix}/left-base@${ZERO}`,
      `${prefix}/sub/base@${ZERO}`,
      `eu.${base}`,
      `eu-${base}`,
      `mirror.example.com/${base}`,
      `docker://eu.${base}`,
      `other/base@${ZERO}`,
      `base@${ZERO}`,
      "",
    ].join("\n"),
    "a-dot-is-a-dot.txt": [
      `${prefix.replace(".", "-")}/base@${ZERO}\n`,
      `${prefix.replace(".", "x")}/base@${ZERO}\n`,
    ].join(""),
    "no-digests.txt": [
      `${prefix}/base`,
      `${prefix}/base:latest`,
      `${prefix}/base@sha256:${hex}0`,
      `${prefix}/base@sha256:${hex.slice(1)}`,
      `${prefix}/base@sha256:${hex.slice(1)}g`,
      `${prefix}/base@sha256:${"A".repeat(64)}`,
      `${prefix}/base@sha512:${hex}${hex}`,
      `${prefix}/base @${ZERO}`,
      "",
    ].join("\n"),
    "undeclared.txt": `${prefix}/undeclared@${ZERO} busybox@${ZERO}\n`,
    "binary.bin": Buffer.from(`\0\x01\x02${base}\0\n${base}\n`, "latin1"),
    "utf-16.txt": utf16(`image: ${base}\n`),
    "link-to-a-file": { linkTo: "crlf.yaml" },
    "link-to-a-folder": { linkTo: "with space" },
    "dangling-link": { linkTo: base },
  };
}

/** What the run needs besides. */
function otherFiles(prefix: string): Record<string, Content> {
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images: { base: {}, tools: {} } }),
    [DOCKERFILES.base]: "FROM busybox:1.36\nLABEL is=base\n",
    ".dockerignore": "*\n",
    ".gitattributes": "eol-by-attribute.txt text eol=crlf\nencoded.txt working-tree-encoding=UTF-16LE-BOM\n",
    ".gitignore": "/ignored.txt\n",
  };
}

interface World {
  readonly repository: Repository;
  readonly prefix: string;
  readonly result: RunResult;
  /** What the images have now. */
  readonly digests: Digests;
  readonly statusBefore: string;
  /** What the submodule, and what git does not track, holds. */
  readonly pin: string;
  /** A file outside of the repository, with what it held before. */
  readonly outside: { readonly file: string; readonly before: string };
}

type Go = (repository: Repository) => Promise<Ran>;

/** A repository with all of the files, in which something was run. */
async function afterRun(prefix: string, more: Record<string, Content>, go: Go): Promise<World> {
  const repository = await makeRepository({
    ...otherFiles(prefix),
    ...writtenFiles(prefix, BEFORE),
    ...keptFiles(prefix),
    ...more,
  });
  const pin = `${prefix}/base@${ZERO}\n`;
  await repository.write({
    ".git/info/exclude": "/also-ignored.txt\n",
    "encoded.txt": utf16(pin),
    "ignored-by-a-line.txt": ignoredLines(prefix, BEFORE.base),
  });
  const folder = await realpath(await mkdtemp(join(tmpdir(), "outside-")));
  const outside = { file: join(folder, "outside.txt"), before: pin };
  await writeFile(outside.file, outside.before);
  await repository.write({
    "link-outside": { linkTo: outside.file },
    "link-to-outside-folder": { linkTo: folder },
  });
  await addSubmodule(repository, pin);
  await commitAll(repository);
  await chmod(join(repository.folder, "only-a-pin.txt"), 0o600);
  await chmod(join(repository.folder, SCRIPT), 0o775);
  await repository.write({ "untracked.txt": pin, "ignored.txt": pin, "also-ignored.txt": pin });

  const statusBefore = await repository.git("status", "--porcelain");
  const ran = await go(repository);
  if (ran.exitCode !== 0) throw new Error(`The run failed: ${ran.stderr}`);
  const digests = await lockedDigests(repository);
  const result = JSON.parse(ran.stdout) as RunResult;
  return { repository, prefix, result, digests, statusBefore, pin, outside };
}

/** The line in the middle says that it is to be left alone. */
function ignoredLines(prefix: string, digest: string): string {
  return [
    `written: ${prefix}/base@${digest}`,
    `kept: ${prefix}/base@${ZERO} # manage-images: ignore`,
    `written: ${prefix}/base@${digest}`,
    "",
  ].join("\n");
}

async function addSubmodule(repository: Repository, pin: string): Promise<void> {
  const module = await makeRepository({ "pin.txt": pin });
  const allow = ["-c", "protocol.file.allow=always"];
  await repository.git(...allow, "submodule", "add", "--quiet", module.folder, "module");
  await module.remove();
}

async function lockedDigests(repository: Repository): Promise<Digests> {
  const text = (await repository.read("images.lock.json")).toString();
  const { images } = JSON.parse(text) as { images: Record<string, { digest: string }> };
  return { base: images["base"]?.digest ?? "", tools: images["tools"]?.digest ?? "" };
}

const LOCKED: Digests = { base: `sha256:${"b".repeat(64)}`, tools: `sha256:${"7".repeat(64)}` };

function lockfileByHand(prefix: string): string {
  const entries = Object.entries(LOCKED).map(([name, digest]: [string, string]) => [
    name,
    { repository: `${prefix}/${name}`, digest, note: "by hand" },
  ]);
  return JSON.stringify({ version: 1, images: Object.fromEntries(entries) as object });
}

describe.each(["a run", "--only-references"] as const)(
  "%s changes nothing but the digits of pins",
  (kind) => {
    let place: Place | undefined;
    let world: World;

    beforeAll(async () => {
      if (kind === "a run") {
        const started = (place = await startPlace());
        const prefix = prefixOf(started.registry.host, "bytes");
        world = await afterRun(prefix, {}, (repository) =>
          started.run(repository, "--image", "all", "--format", "json"),
        );
      } else {
        const prefix = "registry.example.com:5000/acme/images";
        const environment = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock" };
        world = await afterRun(prefix, { "images.lock.json": lockfileByHand(prefix) }, (repository) =>
          manageImages(repository.folder, ["--only-references", "--format", "json"], environment),
        );
      }
    }, 2 * MINUTE);

    afterAll(async () => {
      await place?.stop();
      await world.repository.remove();
      await rm(join(world.outside.file, ".."), { recursive: true });
    }, MINUTE);

    const names = (files: Record<string, Content>) => Object.keys(files).map((path) => [path] as const);

    it("with digests that are the images' and not those from before", () => {
      for (const digest of Object.values(world.digests) as string[]) {
        expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(Object.values(BEFORE)).not.toContain(digest);
      }
      expect(world.digests.base).not.toBe(world.digests.tools);
    });

    it.each(names(writtenFiles("", BEFORE)))("in the file %j", async (path) => {
      const expected = bytesOf(writtenFiles(world.prefix, world.digests)[path]);
      expectSame(await world.repository.read(path), expected);
      expectSame(await inHead(path), path.startsWith("eol-by") ? withoutReturns(expected) : expected);
    });

    it.each(names(keptFiles("")))("and nothing in the file %j", async (path) => {
      const expected = keptFiles(world.prefix)[path];
      const linkTo = typeof expected === "object" && "linkTo" in expected ? expected.linkTo : undefined;
      if (linkTo === undefined) expectSame(await world.repository.read(path), bytesOf(expected));
      else expect(await readlink(join(world.repository.folder, path))).toBe(linkTo);
      expectSame(await inHead(path), linkTo === undefined ? bytesOf(expected) : Buffer.from(linkTo));
    });

    it.each(names(otherFiles("")))("nor in %j", async (path) => {
      expectSame(await world.repository.read(path), bytesOf(otherFiles(world.prefix)[path]));
    });

    it("but not in a line that says `manage-images: ignore`", async () => {
      const expected = ignoredLines(world.prefix, world.digests.base);
      expect((await world.repository.read("ignored-by-a-line.txt")).toString()).toBe(expected);
      expect((await inHead("ignored-by-a-line.txt")).toString()).toBe(expected);
    });

    it("nor in a file that git keeps in another encoding, and says so", async () => {
      expect(await world.repository.read("encoded.txt")).toEqual(utf16(world.pin));
      expect((await inHead("encoded.txt")).toString()).toBe(world.pin);
      const notices = world.result.notices.filter(({ kind }) => kind === "skipped-file");
      expect(notices).toMatchObject([{ file: "encoded.txt", why: expect.stringContaining("UTF-16") }]);
    });

    it("and not what a link points to outside of the repository", async () => {
      const { repository, outside } = world;
      expect(await readFile(outside.file, "utf8")).toBe(outside.before);
      expect((await lstat(outside.file)).isFile()).toBe(true);
      expect(await readlink(join(repository.folder, "link-outside"))).toBe(outside.file);
      expect(await readlink(join(repository.folder, "link-to-outside-folder"))).toBe(
        join(outside.file, ".."),
      );
    });

    it("nor a submodule's files", async () => {
      const { repository, pin } = world;
      expect((await repository.read("module/pin.txt")).toString()).toBe(pin);
      expect(await repository.git("-C", "module", "status", "--porcelain")).toBe("");
      expect(await repository.git("diff", "HEAD~", "HEAD", "--", "module")).toBe("");
    });

    it.each(["untracked.txt", "ignored.txt", "also-ignored.txt"])(
      "nor %s, which git does not track",
      async (path) => {
        expect((await world.repository.read(path)).toString()).toBe(world.pin);
      },
    );

    it("and keeps the modes, of which git knows but one bit", async () => {
      const mode = async (path: string) => (await lstat(join(world.repository.folder, path))).mode & 0o777;
      expect(await mode("only-a-pin.txt")).toBe(0o600);
      expect(await mode(SCRIPT)).toBe(0o775);
      expect(await world.repository.git("ls-tree", "HEAD", SCRIPT)).toMatch(/^100755 blob /);
      const summary = await world.repository.git("diff", "--summary", "HEAD~", "HEAD");
      expect(summary.trim()).toBe(kind === "a run" ? "create mode 100644 images.lock.json" : "");
    });

    it("commits these files and no other, and says which", async () => {
      const { repository, result } = world;
      const written = [...Object.keys(writtenFiles("", BEFORE)), "ignored-by-a-line.txt"].toSorted();
      const committed = (await repository.git("diff", "--name-only", "-z", "HEAD~", "HEAD")).split("\0");
      const lockfile = kind === "a run" ? ["images.lock.json"] : [];
      expect(committed.filter((path) => path !== "").toSorted()).toEqual(
        [...written, ...lockfile].toSorted(),
      );
      expect([...new Set(result.references.map(({ file }) => file))].toSorted()).toEqual(written);
      expect(result.commit).toBe(await repository.git("rev-parse", "HEAD"));
      const inOneLine = result.references.filter(({ file }) => file === "two-on-one-line.txt");
      expect(inOneLine.map(({ image, line, to }) => ({ image, line, to }))).toEqual([
        { image: "base", line: 1, to: world.digests.base },
        { image: "base", line: 1, to: world.digests.base },
        { image: "tools", line: 1, to: world.digests.tools },
        { image: "tools", line: 1, to: world.digests.tools },
      ]);
    });

    it("leaves what git calls changed as it was: nothing", async () => {
      const { repository, statusBefore } = world;
      expect(statusBefore).toBe("?? untracked.txt");
      expect(await repository.git("status", "--porcelain")).toBe(statusBefore);
      // Not only by the times that git remembers.
      await repository.git("read-tree", "HEAD");
      expect(await repository.git("status", "--porcelain")).toBe(statusBefore);
      await repository.git("fsck", "--strict");
    });

    if (kind === "--only-references") {
      it("and leaves the lockfile as it was", async () => {
        expect((await world.repository.read("images.lock.json")).toString()).toBe(
          lockfileByHand(world.prefix),
        );
      });
    }

    async function inHead(path: string): Promise<Buffer> {
      const options = {
        cwd: world.repository.folder,
        env: { ...process.env, ...GIT_ENVIRONMENT },
        encoding: "buffer",
        maxBuffer: 1e9,
      } as const;
      return (await run("git", ["show", `HEAD:${path}`], options)).stdout;
    }
  },
);

function bytesOf(content: Content | undefined): Buffer {
  if (content === undefined || (typeof content === "object" && "linkTo" in content)) {
    throw new Error("This is no file.");
  }
  if (typeof content === "object" && "program" in content) return Buffer.from(content.program);
  return Buffer.from(content);
}

function utf16(text: string): Buffer {
  return Buffer.from(BOM + text, "utf16le");
}

function withoutReturns(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
}

/** Compares bytes. What is shown of them when they differ is the place, not megabytes. */
function expectSame(actual: Buffer, expected: Buffer): void {
  if (actual.equals(expected)) return;
  const differs = actual.findIndex((byte, index) => byte !== expected[index]);
  const at = differs < 0 ? actual.length : differs;
  const near = (bytes: Buffer) => ({
    length: bytes.length,
    at,
    near: bytes.toString("latin1", Math.max(0, at - 100), at + 100),
  });
  expect(near(actual)).toEqual(near(expected));
  throw new Error("The bytes differ.");
}
