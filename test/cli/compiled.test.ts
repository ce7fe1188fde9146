/** What V8 has compiled of the program is kept; and whatever becomes of that, the program does what it is to do. */
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { makeRepository, type Repository } from "../support/repository.ts";

let repository: Repository;
beforeEach(async () => {
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: "registry.example/acme", images: { base: {} } }),
    "dockerfiles/base.Dockerfile": "FROM scratch\nCOPY base.txt /\n",
    "base.txt": "base",
    "deploy.yaml": `image: registry.example/acme/base@sha256:${"1".repeat(64)}\n`,
  });
});
afterEach(() => repository.remove());

const graph = async (environment: Readonly<Record<string, string>>) => {
  const ran = await manageImages(repository.folder, ["graph", "--format", "dot"], environment);
  expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"base"'), stderr: "" });
};

it("what git is asked before the program is loaded is not asked again by it", async () => {
  const trace = join(repository.folder, ".git", "trace");
  await manageImages(repository.folder, ["check", "--format", "json"], { GIT_TRACE2_EVENT: trace });
  const started = (await readFile(trace, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Traced);
  const commands = started.flatMap(({ event, argv }) => (event === "start" ? [argv.join(" ")] : []));
  for (const command of [
    "git rev-parse --show-toplevel",
    "git ls-files -z -t",
    "git ls-files -z -- :(",
    "git grep",
  ])
    expect(commands.filter((each) => each.startsWith(command))).toHaveLength(1);
});

/** See git's `api-trace2`. */
interface Traced {
  readonly event: string;
  readonly argv: readonly string[];
}

describe("in a clone", () => {
  const IN_CLONE = { NODE_COMPILE_CACHE: "" };
  const own = () => join(repository.folder, ".git/manage-images");

  it("nothing is kept before the program has a folder there, and by the run that makes it", async () => {
    await graph(IN_CLONE);
    await expect(stat(own())).rejects.toMatchObject({ code: "ENOENT" });
    const run = ["--only-references", "--no-commit"];
    await manageImages(repository.folder, run, IN_CLONE);
    expect(await readdir(own())).not.toContain("compiled");
    await manageImages(repository.folder, run, IN_CLONE);
    expect(await readdir(own())).toContain("compiled");
  });

  it("it is kept in that folder, for a command that is given in a folder below, too", async () => {
    await mkdir(own());
    await graph(IN_CLONE);
    const [file = "", ...more] = (await readdir(join(own(), "compiled"))).toSorted();
    expect(file).toMatch(/^commands-[A-Z0-9]+-graph-v/);
    expect(more).toEqual([expect.stringMatching(/^main-[A-Z0-9]+-graph-v/)]);
    const words = ["check", "--format", "json"];
    await manageImages(join(repository.folder, "dockerfiles"), words, IN_CLONE);
    expect(await readdir(join(own(), "compiled"))).toContain(file.replace("-graph-", "-check-"));
    expect(await repository.git("status", "--porcelain")).toBe("");
  });
});

describe("where it is said", () => {
  let place: string;
  let said: { readonly NODE_COMPILE_CACHE: string };
  const folder = () => join(place, "manage-images");
  const kept = async () => {
    const name = (await readdir(folder())).find((each) => each.startsWith("commands-"));
    return join(folder(), name ?? "nothing");
  };
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), "compiled-"));
    said = { NODE_COMPILE_CACHE: place };
    await graph(said);
  });
  afterEach(() => rm(place, { recursive: true }));

  it("it is kept, and taken the next time", async () => {
    const file = await kept();
    const before = await stat(file);
    await graph(said);
    expect(await stat(file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it.each([
    ["turned around in a bit", (bytes: Buffer) => bytes.fill((bytes[500_000] ?? 0) ^ 1, 500_000, 500_001)],
    ["of something else", () => Buffer.from("something else")],
    ["empty", () => Buffer.alloc(0)],
    ["of nothing but the hash of nothing", (bytes: Buffer) => bytes.subarray(0, 32)],
  ])("a file that is %s is not run, and made again", async (_, change) => {
    const file = await kept();
    const before = await readFile(file);
    const broken = change(Buffer.from(before));
    await writeFile(file, broken);
    await graph(said);
    const after = await readFile(file);
    expect(after.equals(broken)).toBe(false);
    expect(Math.abs(after.length - before.length)).toBeLessThan(before.length / 10);
  });

  it("a file that was cut off is not run", async () => {
    await truncate(await kept(), 100_000);
    await graph(said);
    expect((await stat(await kept())).size).toBeGreaterThan(100_000);
  });

  it("a file that others may write to is not run, and made again", async () => {
    const file = await kept();
    await chmod(file, 0o666);
    await graph(said);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("what is old goes when something is added", async () => {
    const old = join(folder(), "of another version");
    await writeFile(old, "");
    await utimes(old, 0, 0);
    await graph(said);
    expect(await readdir(folder())).toContain("of another version");
    await manageImages(repository.folder, ["--version"], said);
    expect(await readdir(folder())).not.toContain("of another version");
  });

  it("nothing is kept of a command that could not be carried out", async () => {
    const ran = await manageImages(repository.folder, ["plan", "--nonsense"], said);
    expect(ran.exitCode).toBe(2);
    expect((await readdir(folder())).filter((name) => !name.includes("-graph-"))).toEqual([]);
  });

  it("nothing is kept or taken where Node is not to", async () => {
    await rm(folder(), { recursive: true });
    await graph({ ...said, NODE_DISABLE_COMPILE_CACHE: "1" });
    await expect(stat(folder())).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("that there can be no folder is no failure", async () => {
    await graph({ NODE_COMPILE_CACHE: join(repository.folder, "base.txt") });
  });
});
