import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { openLogs } from "../../../src/adapters/files/logs.ts";

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), "logs-"));
});
afterEach(async () => {
  await rm(runs, { recursive: true, force: true });
});

it("each image has a log of its own, whole when it is closed", async () => {
  const logs = openLogs(join(runs, "2026-01-01"));
  const [base, app] = await Promise.all([logs.open("base"), logs.open("team/app")]);
  for (let line = 0; line < 10_000; line += 1) base.write(`line ${line}`);
  app.write("grüße");
  await Promise.all([base.close(), app.close()]);
  expect((await readFile(base.path, "utf8")).split("\n")).toHaveLength(10_001);
  expect(await readFile(app.path, "utf8")).toBe("grüße\n");
  expect(await readdir(join(runs, "2026-01-01"))).toEqual(["base.log", "team%2Fapp.log"]);
});

it("the last ten runs are kept", async () => {
  const earlier = Array.from({ length: 12 }, (_, index) => `run-${String(index).padStart(2, "0")}`);
  for (const name of earlier) await mkdir(join(runs, name));
  const log = await openLogs(join(runs, "run-12")).open("base");
  await log.close();
  expect((await readdir(runs)).sort()).toEqual([...earlier.slice(3), "run-12"]);
});

it("a folder that cannot be made is an error", async () => {
  await writeFile(join(runs, "file"), "");
  await expect(openLogs(join(runs, "file", "run")).open("base")).rejects.toMatchObject({ name: "UserError" });
});

it("a log that cannot be written is an error when it is closed", async () => {
  await mkdir(join(runs, "run", "base.log"), { recursive: true });
  const log = await openLogs(join(runs, "run")).open("base");
  log.write("lost");
  await expect(log.close()).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("base.log"),
  });
});
