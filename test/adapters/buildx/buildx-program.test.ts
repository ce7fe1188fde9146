import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { buildxProgram } from "../../../src/adapters/buildx/buildx-program.ts";

describe("where buildx is", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "docker-config-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function putPlugin(directory: string, mode: number): Promise<string> {
    const file = join(directory, "docker-buildx");
    await mkdir(directory, { recursive: true });
    await writeFile(file, "");
    await chmod(file, mode);
    return file;
  }

  const find = () => buildxProgram({ DOCKER_CONFIG: folder });

  it("is among the user's plugins, before the system's", async () => {
    const file = await putPlugin(join(folder, "cli-plugins"), 0o755);
    expect(await find()).toEqual({ file, before: [] });
  });

  it("is first where the configuration says", async () => {
    await putPlugin(join(folder, "cli-plugins"), 0o755);
    const file = await putPlugin(join(folder, "elsewhere"), 0o755);
    const configuration = { cliPluginsExtraDirs: [join(folder, "nowhere"), join(folder, "elsewhere")] };
    await writeFile(join(folder, "config.json"), JSON.stringify(configuration));
    expect(await find()).toEqual({ file, before: [] });
  });

  it("is no file that cannot be run", async () => {
    const file = await putPlugin(join(folder, "cli-plugins"), 0o644);
    const found = await find();
    expect(found.file).not.toBe(file);
    expect(found.before).toEqual(found.file === "docker" ? ["buildx"] : []);
  });
});
