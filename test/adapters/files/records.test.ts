import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { keepRecord, readLastRecord, readLogEnd } from "../../../src/adapters/files/records.ts";
import { UserError } from "../../../src/errors.ts";
import type { RunRecord } from "../../../src/model/run-record.ts";

const RECORD: RunRecord = {
  version: 1,
  program: "0.1.0",
  date: "2026-01-02T03:04:05.678Z",
  seconds: 1,
  concurrency: 2,
  bound: { chain: [], chainSeconds: 0, shareSeconds: 0 },
  images: [],
  result: { images: {}, references: [], notices: [] },
};

let logs: string;

beforeEach(async () => {
  logs = await mkdtemp(join(tmpdir(), "records-"));
});
afterEach(() => rm(logs, { recursive: true, force: true }));

describe("records of runs", () => {
  it("are read as they were kept, that of the newest run that has one", async () => {
    await keepRecord({ folder: join(logs, "1"), record: { ...RECORD, seconds: 1 } });
    await keepRecord({ folder: join(logs, "2"), record: { ...RECORD, seconds: 2 } });
    await mkdir(join(logs, "3"));
    expect(await readLastRecord(logs)).toEqual({
      folder: join(logs, "2"),
      record: { ...RECORD, seconds: 2 },
    });
    expect(await readdir(join(logs, "2"))).toEqual(["run.json"]);
  });

  it("are not there before the first run", async () => {
    expect(await readLastRecord(join(logs, "none"))).toBeUndefined();
    expect(await readLastRecord(logs)).toBeUndefined();
  });

  it.each(["", "{", "null", '{"version":99}'])("that cannot be read (%j) are said to be so", async (text) => {
    await mkdir(join(logs, "1"));
    await writeFile(join(logs, "1", "run.json"), text);
    const read = readLastRecord(logs);
    await expect(read).rejects.toThrow(UserError);
    await expect(read).rejects.toThrow(join(logs, "1", "run.json"));
  });
});

describe("the end of a log", () => {
  it.each([
    [100, { text: "one\ntwo\nthree\n", omitted: 0 }],
    [14, { text: "one\ntwo\nthree\n", omitted: 0 }],
    [12, { text: "two\nthree\n", omitted: 4 }],
    [3, { text: "ee\n", omitted: 11 }],
    [0, { text: "", omitted: 14 }],
  ])("of at most %i bytes begins with a line if it can", async (most, expected) => {
    await writeFile(join(logs, "a.log"), "one\ntwo\nthree\n");
    expect(await readLogEnd(logs, "/elsewhere/a.log", most)).toEqual(expected);
  });

  it("is none where the log is there no more", async () => {
    expect(await readLogEnd(logs, "a.log", 10)).toBeUndefined();
  });
});
