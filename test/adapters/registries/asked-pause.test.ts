import { describe, expect, it } from "@jest/globals";
import { askedPause } from "../../../src/adapters/registries/asked-pause.ts";

describe("a server asks to be left alone", () => {
  it.each([
    ["for seconds", { "retry-after": "3" }, 3000],
    ["not at all, by a time that is over", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0],
    ["until its limit is set back", { ratelimit: '"default";r=0;t=7' }, 7000],
    ["until all its limits are set back", { ratelimit: '"a";r=0;t=7, "b";r=0;t=9, "c";r=5;t=60' }, 9000],
    ["in the words of earlier drafts", { "ratelimit-remaining": "0", "ratelimit-reset": "5" }, 5000],
  ])("%s", (_, headers, milliseconds) => {
    expect(askedPause({ headers: new Headers(headers) })).toBe(milliseconds);
  });

  it.each([
    ["says nothing", {}],
    ["allows more", { ratelimit: '"default";r=1;t=7', "ratelimit-remaining": "3", "ratelimit-reset": "5" }],
    [
      "names no time, as Docker Hub",
      { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600" },
    ],
    ["cannot be understood", { "retry-after": "soon", ratelimit: "0" }],
  ])("not where it %s", (_, headers) => {
    expect(askedPause({ headers: new Headers(headers) })).toBeUndefined();
  });
});
