import { expect, it } from "@jest/globals";
import type { LockEntry } from "../../src/lockfile/lockfile.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import { judgeImage, orphanedEntries } from "../../src/operations/judge-images.ts";
import { fingerprintOf } from "../../src/plan/fingerprint.ts";
import { NEW, OLD } from "../references/world.ts";

const INPUTS: Inputs = { dockerfile: "d", options: {}, args: {}, context: new Map() };
const IMAGE = { name: "child", repository: "r/child" };
const FINGERPRINT = fingerprintOf(INPUTS, new Map([["base", NEW]]));
const ENTRY: LockEntry = { repository: "r/child", digest: OLD, fingerprint: FINGERPRINT };
const BASE: LockEntry = { repository: "r/base", digest: NEW };
const IMPORTED: LockEntry = { repository: "r/child", digest: OLD };

const CHANGED: Inputs = { ...INPUTS, dockerfile: "other" };
const stale = (inputs: Inputs, digest = NEW) => ({
  kind: "stale-image",
  found: FINGERPRINT,
  expected: fingerprintOf(inputs, new Map([["base", digest]])),
});

it.each<[string, Readonly<Record<string, LockEntry>>, Inputs, object | string | undefined]>([
  ["the lockfile's fingerprint", { child: ENTRY, base: BASE }, INPUTS, undefined],
  ["another fingerprint", { child: ENTRY, base: BASE }, CHANGED, stale(CHANGED)],
  [
    "another digest of what it is built on",
    { child: ENTRY, base: { ...BASE, digest: OLD } },
    INPUTS,
    stale(INPUTS, OLD),
  ],
  ["a dependency without a digest", { child: ENTRY }, INPUTS, undefined],
  ["no entry", { base: BASE }, INPUTS, { kind: "unlocked-image", expected: "r/child" }],
  [
    "an entry of another repository",
    { child: { ...ENTRY, repository: "r/old" }, base: BASE },
    INPUTS,
    { kind: "unlocked-image", found: "r/old", expected: "r/child" },
  ],
  ["an entry without a fingerprint", { child: IMPORTED, base: BASE }, INPUTS, "unproven"],
])("an image with %s", (_, entries, inputs, verdict) => {
  const lockfile = { images: new Map(Object.entries(entries)) };
  const found = judgeImage(lockfile, { image: IMAGE, inputs, dependencies: ["base"] });
  if (typeof verdict !== "object") expect(found).toBe(verdict);
  else expect(found).toMatchObject({ ...verdict, image: "child" });
});

it("an entry of an image that is not declared is found", () => {
  const lockfile = { images: new Map([["base", BASE] as const, ["child", ENTRY] as const]) };
  expect(orphanedEntries(lockfile, [IMAGE])).toEqual([{ kind: "orphaned-entry", image: "base", found: NEW }]);
});
