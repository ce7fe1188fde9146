import { expect, it } from "@jest/globals";
import { successorsOf, type Entries } from "../../src/lockfile/successors.ts";
import { digestOf } from "../references/world.ts";

const [INDEX, AMD, ARM] = [digestOf("1"), digestOf("2"), digestOf("3")];
const [OLD_INDEX, OLD_AMD, OLD_ARM] = [digestOf("4"), digestOf("5"), digestOf("6")];
const PLAIN = digestOf("7");
const app = (entry: object): Entries => new Map([["app", entry]]) as Entries;
const NOW = app({ digest: INDEX, platforms: { "linux/amd64": AMD, "linux/arm64": ARM } });
const BEFORE = app({ digest: OLD_INDEX, platforms: { "linux/amd64": OLD_AMD, "linux/arm64": OLD_ARM } });
const ONE = app({ digest: PLAIN, platforms: { "linux/amd64": PLAIN } });
const UNSAID = app({ digest: PLAIN });

it.each([
  { title: "an index by the index", now: NOW, from: OLD_INDEX, to: INDEX },
  { title: "a platform's image by that platform's", now: NOW, from: OLD_ARM, to: ARM },
  { title: "what nobody knows by the index", now: NOW, from: digestOf("0"), to: INDEX },
  { title: "a present one by itself", now: NOW, from: AMD, to: AMD },
  { title: "the present index by itself", now: NOW, from: INDEX, to: INDEX },
  { title: "an index by the one image that is left", now: ONE, from: OLD_INDEX, to: PLAIN },
  { title: "the image of its platform, too", now: ONE, from: OLD_AMD, to: PLAIN },
  { title: "another platform's image by nothing", now: ONE, from: OLD_ARM, to: undefined },
  { title: "all by the digest whose platforms are not known", now: UNSAID, from: OLD_ARM, to: PLAIN },
  { title: "the only image by the index", now: NOW, earlier: ONE, from: PLAIN, to: INDEX },
])("a pin is followed: $title", ({ now, earlier = BEFORE, from, to }) => {
  expect(successorsOf(now, [earlier])("app", from)).toBe(to);
});

it("nothing is known of an image that there is not", () => {
  expect(successorsOf(NOW, [BEFORE])("other", OLD_INDEX)).toBeUndefined();
});
