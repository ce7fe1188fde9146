import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { explainRefusal } from "../../src/cli/explain-refusal.ts";

describe("what the operating system refuses is no bug of the program", () => {
  it.each<[code: string, its: object, told: string, remedy: RegExp]>([
    [
      "EACCES",
      { syscall: "open", path: "/r/secret" },
      "open /r/secret: permission denied (EACCES)",
      /who may/,
    ],
    ["EPERM", { syscall: "chmod", path: "/r/f" }, "chmod /r/f: permission denied (EPERM)", /who may/],
    [
      "EACCES",
      { syscall: "rename", path: "/r/.git/1", dest: "/r/f" },
      "rename /r/.git/1 -> /r/f: permission denied (EACCES)",
      /who may/,
    ],
    [
      "EROFS",
      { syscall: "mkdir", path: "/r" },
      "mkdir /r: the file system can only be read (EROFS)",
      /Mount/,
    ],
    ["EDQUOT", { syscall: "write" }, "write: the disk quota is used up (EDQUOT)", /room/],
    ["EMFILE", { syscall: "open", path: "/f" }, "open /f: too many open files (EMFILE)", /ulimit/],
    ["EIO", { syscall: "read" }, "read: the device failed (EIO)", /disk/],
  ])("%s %j", (code, its, told, remedy) => {
    const refusal = explainRefusal(Object.assign(new Error("said by Node"), { code, ...its }));
    expect(refusal).toMatchObject({ message: told, exitCode: 1 });
    expect(refusal?.remedy).toMatch(remedy);
  });

  it("a full disk", async () => {
    const error: unknown = await writeFile("/dev/full", "x").catch((reason: unknown) => reason);
    expect(explainRefusal(error)?.message).toBe("write: no space left (ENOSPC)");
  });

  it.each<[what: string, error: unknown]>([
    ["a file that is missing", Object.assign(new Error("x"), { code: "ENOENT", syscall: "open" })],
    ["a code of another kind", Object.assign(new Error("x"), { code: "EACCES" })],
    ["a mistake in the program", new TypeError("x is undefined")],
    ["what is no error", "EACCES"],
  ])("%s is none", (_, error) => {
    expect(explainRefusal(error)).toBeUndefined();
  });
});
