import { describe, expect, it } from "@jest/globals";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import { ConfigurationError } from "../../src/errors.ts";

const PLACE = { directory: ".", file: "images.config.ts" };

function resolve(commit: unknown) {
  return resolveConfiguration({ registry: "r.example", images: { a: {} }, commit }, PLACE).commit;
}

/** `where: what` of each problem. */
function said(commit: unknown): readonly string[] {
  try {
    resolve(commit);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.problems.every(({ remedy }) => (remedy ?? "") !== "")).toBe(true);
    return error.problems.map(({ where, what }) => `${where}: ${what}`);
  }
}

describe("commit", () => {
  it("is one, as always, if nothing is said", () => {
    expect(resolve(undefined)).toEqual({ perImage: false, trailers: [], signoff: false });
    expect(resolve({})).toEqual(resolve(undefined));
  });

  it("can have a message, trailers, a sign-off, and be one for each image", () => {
    const trailers = { Bug: "1", "Reviewed-by": ["A <a@b>", "B <b@c>"] };
    expect(resolve({ message: "x: {images}\n\nWhy.", trailers, perImage: true, signoff: true })).toEqual({
      message: "x: {images}\n\nWhy.",
      perImage: true,
      signoff: true,
      trailers: [
        { key: "Bug", value: "1" },
        { key: "Reviewed-by", value: "A <a@b>" },
        { key: "Reviewed-by", value: "B <b@c>" },
      ],
    });
  });

  it.each<[object, string]>([
    [{ messages: "x" }, "commit: unknown key `messages`"],
    [{ message: "" }, "commit.message: has an empty first line"],
    [{ message: "\nx" }, "commit.message: has an empty first line"],
    [{ message: "x {image}" }, "commit.message: has {image}, which stands for nothing"],
    [{ message: 1 }, "commit.message: must be text, not a number"],
    [{ perImage: "yes" }, "commit.perImage: must be true or false, not text"],
    [{ trailers: { "A b": "c" } }, 'commit.trailers: "A b" is no key of a trailer'],
    [{ trailers: { A: "b\nc" } }, "commit.trailers.A[0]: is no value of a trailer"],
    [{ trailers: { A: 1 } }, "commit.trailers.A: must be a list, not a number"],
    [{ trailers: { A: ["b", ""] } }, "commit.trailers.A[1]: is no value of a trailer"],
  ])("%j is refused", (commit, message) => {
    expect(said(commit)).toEqual([message]);
  });
});
