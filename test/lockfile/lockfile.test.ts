import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseLockfile, updateLockfile, type LockEntry } from "../../src/lockfile/lockfile.ts";
import { parseDigest, type Digest } from "../../src/model/digest.ts";

const A = digest("a");
const B = digest("b");

function digest(letter: string): Digest {
  const parsed = parseDigest(`sha256:${letter.repeat(64)}`);
  if (parsed === undefined) throw new Error(`not a hexadecimal digit: ${letter}`);
  return parsed;
}

function entries(...names: string[]): ReadonlyMap<string, LockEntry> {
  return new Map(names.map((name) => [name, { repository: `r/${name}`, digest: A }]));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

describe("updateLockfile", () => {
  it("writes sorted keys, two spaces and a final newline", () => {
    expect(text(updateLockfile(undefined, entries("b", "a")))).toBe(
      `{
  "version": 1,
  "images": {
    "a": {
      "repository": "r/a",
      "digest": "${A}"
    },
    "b": {
      "repository": "r/b",
      "digest": "${A}"
    }
  }
}
`,
    );
  });

  it("keeps other images and the keys that it does not know", () => {
    const before = {
      version: 1,
      future: [1],
      images: { a: { repository: "r/a", digest: B, more: 2 }, z: { x: 1 } },
    };
    const after = text(updateLockfile(Buffer.from(JSON.stringify(before)), entries("a")));
    expect(JSON.parse(after)).toEqual({
      version: 1,
      future: [1],
      images: { a: { repository: "r/a", digest: A, more: 2 }, z: { x: 1 } },
    });
  });

  it("keeps the platforms of a digest only as long as it is the same", () => {
    const before = (digest: Digest) => {
      const a = { repository: "r/a", digest, platforms: { "linux/amd64": B } };
      return Buffer.from(JSON.stringify({ version: 1, images: { a } }));
    };
    expect(text(updateLockfile(before(B), entries("a")))).not.toContain("platforms");
    expect(updateLockfile(before(A), entries("a"))).toEqual(before(A));
    expect(parseLockfile(before(A), "f").images.get("a")?.platforms).toEqual({ "linux/amd64": B });
  });

  it("does not leave what another digest was built from", () => {
    const before = { version: 1, images: { a: { fingerprint: B, more: 2, repository: "r/a", digest: A } } };
    const after = text(updateLockfile(Buffer.from(JSON.stringify(before)), entries("a")));
    expect(JSON.stringify(JSON.parse(after))).toBe(
      JSON.stringify({ version: 1, images: { a: { more: 2, repository: "r/a", digest: A } } }),
    );
  });

  it("gives the same array back when it says the same, however it is laid out", () => {
    const entry = JSON.stringify({ digest: A, more: 2, repository: "r/a" });
    const bytes = Buffer.from(`\uFEFF{"images": {"b": {},\r\n "a": ${entry}},\r\n "version": 1}`);
    expect(updateLockfile(bytes, entries("a"))).toBe(bytes);
    expect(updateLockfile(bytes, new Map())).toBe(bytes);
    expect(text(updateLockfile(bytes, entries("c")))).not.toMatch(/[\uFEFF\r]/);
  });

  it("gives the same array back when nothing changes, and never loses an entry", () => {
    const names = fc.uniqueArray(fc.oneof(fc.stringMatching(/^[a-z0-9._-]{1,8}$/), fc.constant("__proto__")));
    fc.assert(
      fc.property(names, names, (first, second) => {
        const once = updateLockfile(updateLockfile(undefined, entries(...first)), entries(...second));
        expect(updateLockfile(once, entries(...second))).toBe(once);
        expect([...parseLockfile(once, "f").images.keys()].toSorted()).toEqual(
          [...new Set([...first, ...second])].toSorted(),
        );
      }),
    );
  });
});

describe("parseLockfile", () => {
  it("takes no file for an empty one", () => {
    expect(parseLockfile(undefined, "images.lock.json").images.size).toBe(0);
  });

  it("reads what was written", () => {
    const { images } = parseLockfile(updateLockfile(undefined, entries("a")), "images.lock.json");
    expect(images.get("a")).toEqual({ repository: "r/a", digest: A });
  });

  it.each([
    ["conflict markers", '{\n<<<<<<< HEAD\n  "version": 1\n>>>>>>> other\n}', "conflict markers"],
    ["a later version", '{"version": 2, "images": {}}', "Upgrade"],
    ["no JSON", "{", "cannot be read"],
    ["a comma too many", '{\n  "version": 1,\n  "images": {},\n}\n', "line 4"],
    ["a list of images", '{"version": 1, "images": []}', "images"],
    ["an entry that is none", '{"version": 1, "images": {"a": 1}}', "entry of a"],
    ["no version", '{"images": {}}', "version"],
    ["no images", '{"version": 1}', "images"],
    [
      "a digest that is none",
      '{"version": 1, "images": {"a": {"repository": "r", "digest": "sha256:1"}}}',
      "entry of a",
    ],
  ])("says what is wrong with %s", (_, content, message) => {
    expect(() => parseLockfile(Buffer.from(content), "images.lock.json")).toThrow(message);
  });
});
