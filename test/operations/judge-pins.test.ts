import { expect, it } from "@jest/globals";
import { parseReference } from "../../src/model/reference.ts";
import { concerns, judgePin, sharersOf, type PinRules } from "../../src/operations/judge-pins.ts";
import { referenceOwner } from "../../src/references/own-references.ts";
import type { Pin } from "../../src/references/pin.ts";
import { digestOf, NEW, OLD, OTHER } from "../references/world.ts";

const REGISTRY = "gcr.io/acme";
const IMAGES = [
  { name: "base", repository: "gcr.io/acme/base", tags: ["latest"], digests: [NEW] },
  { name: "unbuilt", repository: "gcr.io/acme/unbuilt", tags: ["latest"], digests: [] },
  { name: "hub", repository: "docker.io/acme/hub", tags: ["latest"], digests: [NEW] },
  { name: "release", repository: "gcr.io/acme/stack", tags: ["release"], digests: [NEW] },
  { name: "dev", repository: "gcr.io/acme/stack", tags: ["dev"], digests: [OTHER] },
];

const RULES: PinRules = {
  owner: referenceOwner(IMAGES),
  sharers: sharersOf(IMAGES),
  successorOf: (image) => IMAGES.find(({ name }) => name === image)?.digests[0],
  registry: REGISTRY,
};

function pinOf(text: string): Pin {
  const reference = parseReference(text);
  if (reference?.digest === undefined) throw new Error(`no pin: ${text}`);
  return { ...reference, digest: reference.digest, hexStart: 0, form: "text" };
}

const stale = (image: string, found = OLD, expected = NEW) => ({ kind: "stale-pin", image, found, expected });
const ambiguous = (found: string) => ({ kind: "ambiguous-pin", found, candidates: ["release", "dev"] });

it.each<[what: string, pin: string, found: object | undefined]>([
  ["the lockfile's digest", `gcr.io/acme/base@${NEW}`, undefined],
  ["another digest", `gcr.io/acme/base@${OLD}`, stale("base")],
  ["another digest, whatever the tag", `gcr.io/acme/base:v9@${OLD}`, stale("base")],
  ["a digest that is not built yet", `gcr.io/acme/base@${digestOf("0")}`, stale("base", digestOf("0"))],
  ["an image that the lockfile lacks", `gcr.io/acme/unbuilt@${OLD}`, undefined],
  ["another spelling of the name", `acme/hub@${OLD}`, stale("hub")],
  ["one of several, by its tag", `gcr.io/acme/stack:dev@${NEW}`, stale("dev", NEW, OTHER)],
  ["one of several, by its digest", `gcr.io/acme/stack@${OTHER}`, undefined],
  ["one of several, and none says which", `gcr.io/acme/stack@${OLD}`, ambiguous(`gcr.io/acme/stack@${OLD}`)],
  ["one of several, by a tag of none", `gcr.io/acme/stack:x@${NEW}`, ambiguous(`gcr.io/acme/stack:x@${NEW}`)],
  ["nobody's", `gcr.io/acme/gone@${OLD}`, { kind: "unowned-pin", found: `gcr.io/acme/gone@${OLD}` }],
  ["nobody's, deeper", `gcr.io/acme/a/b@${OLD}`, { kind: "unowned-pin", found: `gcr.io/acme/a/b@${OLD}` }],
  ["beside the registry", `gcr.io/acme-2/gone@${OLD}`, undefined],
  ["the registry itself", `gcr.io/acme@${OLD}`, undefined],
  ["a base", `debian:12@${OLD}`, undefined],
])("a pin of %s", (_, text, found) => {
  const pin = pinOf(text);
  expect(judgePin(RULES, pin)).toEqual(found);
  if (found !== undefined) expect(concerns(RULES, pin)).toBe(true);
});

it("a pin with the image's name in the place of the repository is the image's", () => {
  const pin = { ...pinOf(`gcr.io/acme/stack@${OLD}`), image: "dev" };
  expect(judgePin(RULES, pin)).toEqual(stale("dev", OLD, OTHER));
});

it.each([
  ["acme", `acme/gone@${OLD}`, true],
  ["acme", `docker.io/acme/gone@${OLD}`, true],
  ["localhost:5000", `localhost:5000/gone@${OLD}`, true],
  ["localhost:5000", `debian@${OLD}`, false],
  [undefined, `debian@${OLD}`, false],
])("below %s is %s: %s", (registry, text, isBelow) => {
  const found = judgePin({ ...RULES, registry }, pinOf(text));
  expect(found?.kind).toBe(isBelow ? "unowned-pin" : undefined);
});
