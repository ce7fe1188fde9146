import { describe, expect, it } from "@jest/globals";
import { DEFAULT_COMMIT, type CommitSettings } from "../../src/model/commit-settings.ts";
import { parseDigest, type Digest } from "../../src/model/digest.ts";
import { commitText } from "../../src/operations/commit-message.ts";

const OLD = digest("1");
const NEW = digest("2");

function digest(digit: string): Digest {
  const parsed = parseDigest(`sha256:${digit.repeat(64)}`);
  if (parsed === undefined) throw new Error("no digest");
  return parsed;
}

function textOf(names: readonly string[], settings: Partial<CommitSettings> = {}, from = OLD) {
  const style = { settings: { ...DEFAULT_COMMIT, ...settings }, author: undefined };
  const entry = (name: string, of: Digest) => [name, { repository: `r/${name}`, digest: of }] as const;
  const lockfile = { images: new Map(names.map((name) => entry(name, from))) };
  return commitText(style, lockfile, [], new Map(names.map((name) => entry(name, NEW))));
}

function messageOf(...args: Parameters<typeof textOf>): string {
  return textOf(...args).message;
}

const MANY = Array.from({ length: 12 }, (_, index) => `image-${index}`);

describe("the message of a commit", () => {
  it.each<[string, string, string]>([
    ["names the images", messageOf(["a", "b"]), "Update image digests: a, b"],
    ["counts many", messageOf(MANY), "Update the digests of 12 images"],
    ["says so where only fingerprints change", messageOf(["a"], {}, NEW), "Update image fingerprints: a"],
    ["takes the configured one", messageOf(["a"], { message: "deps: {images}" }), "deps: a"],
    ["counts many in that one, too", messageOf(MANY, { message: "deps: {images}" }), "deps: 12 images"],
    ["takes a name as it is", messageOf(["$&"], { message: "x {images}" }), "x $&"],
  ])("%s", (_, message, subject) => {
    expect(message.split("\n", 1)).toEqual([subject]);
  });

  it("has the rest of the configured one and the list as paragraphs, and trailers", () => {
    const trailers = [{ key: "Bug", value: "1" }];
    expect(textOf(["a"], { message: "deps: {images}\n\nWhy.\n", trailers })).toEqual({
      message: `deps: a\n\nWhy.\n\n- a: ${OLD} -> ${NEW}\n`,
      trailers,
      signoff: false,
    });
  });
});
