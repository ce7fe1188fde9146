import { beforeAll, describe, expect, it } from "@jest/globals";
import { isDigest, type Digest } from "../../../src/model/digest.ts";
import type { Registry } from "../../../src/ports.ts";
import { pushImage, pushIndex } from "../../support/push-images.ts";

const DAY = "2024-05-06T07:08:09Z";
const NOWHERE = asDigest(`sha256:${"a".repeat(64)}`);

/** A registry as the program speaks to it, and a way past its guards for what the tests put there. */
export interface Guarded {
  readonly registry: Registry;
  /** What the program calls it: below this are the repositories. */
  readonly prefix: string;
  /** Where the tests push to, as `http://…`, and the folder there that `prefix` stands for. */
  readonly back: { readonly url: string };
  readonly folder: string;
}

/**
 * What the program relies on, of each registry; named after the end points of the distribution specification
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints).
 */
export function keepsTheContract(open: () => Guarded): void {
  let registry: Registry;
  let worlds = 0;
  beforeAll(() => {
    registry = open().registry;
  });

  /** A repository that no other test has, with what is pushed to it. */
  function repository() {
    const { prefix, back, folder } = open();
    const name = `contract-${++worlds}/app`;
    const path = `${folder}/${name}`;
    return {
      name: `${prefix}/${name}`,
      image: async (mark: string, tag?: string) =>
        asDigest(await pushImage(back, path, { platform: "linux/amd64", created: DAY, mark }, tag)),
      index: async (mark: string, tag?: string) => {
        const images = ["linux/amd64", "linux/arm64"].map((platform) => ({ platform, created: DAY, mark }));
        return asDigest(await pushIndex(back, path, images, tag));
      },
    };
  }

  describe("end-3, HEAD manifests: resolves", () => {
    it.each(["image", "index"] as const)("a tag and a digest of an %s", async (kind) => {
      const { name, ...push } = repository();
      const digest = await push[kind]("a", "1.0");
      expect(await registry.resolve({ name, tag: "1.0" })).toBe(digest);
      expect(await registry.resolve({ name, digest })).toBe(digest);
    });

    it("to nothing for a tag, a digest and a repository that are not there", async () => {
      const { name, image } = repository();
      await image("a", "1.0");
      expect(await registry.resolve({ name, tag: "2.0" })).toBeUndefined();
      expect(await registry.resolve({ name, digest: NOWHERE })).toBeUndefined();
      expect(await registry.resolve({ name: repository().name, tag: "1.0" })).toBeUndefined();
    });
  });

  describe("end-2 and end-3, GET manifests and blobs: describes", () => {
    it("an image", async () => {
      const { name, image } = repository();
      const digest = await image("a", "1.0");
      expect(await registry.describe(name, digest)).toMatchObject([{ platform: "linux/amd64", layers: [] }]);
    });

    it("an index, by what it is for each platform", async () => {
      const { name, index } = repository();
      expect(await registry.describe(name, await index("a", "1.0"))).toMatchObject([
        { platform: "linux/amd64", attested: [] },
        { platform: "linux/arm64", attested: [] },
      ]);
    });

    it("nothing where it is not there", async () => {
      expect(await registry.describe(repository().name, NOWHERE)).toBeUndefined();
    });
  });

  describe("end-7, PUT manifests: tags", () => {
    it.each(["image", "index"] as const)("an %s, and moves the tag; its digest stays", async (kind) => {
      const { name, ...push } = repository();
      const [first, second] = [await push[kind]("a", "1.0"), await push[kind]("b", "2.0")];
      for (const digest of [first, second, second]) {
        await registry.tag(name, digest, "prod");
        expect(await registry.resolve({ name, tag: "prod" })).toBe(digest);
      }
      expect(await registry.resolve({ name, tag: "1.0" })).toBe(first);
    });

    it("what is not there: an error", async () => {
      const { name, image } = repository();
      await image("a", "1.0");
      await expect(registry.tag(name, NOWHERE, "prod")).rejects.toMatchObject({ name: "UserError" });
      expect(await registry.resolve({ name, tag: "prod" })).toBeUndefined();
    });
  });

  describe("end-8a and end-8b, GET tags/list: lists", () => {
    it("all tags of a repository", async () => {
      const { name, image } = repository();
      const tags = Array.from({ length: 7 }, (_, index) => `tag-${index}`);
      for (const tag of tags) await image("a", tag);
      expect((await registry.tags(name))?.toSorted()).toEqual(tags);
    });

    it("nothing where there is no such repository", async () => {
      expect(await registry.tags(repository().name)).toBeUndefined();
    });
  });

  describe("the versions of a repository", () => {
    it("have tags, size and time; those of an index, what it contains", async () => {
      const { name, image, index } = repository();
      const one = await image("a", "1.0");
      await image("a", "same");
      const several = await index("b", "2.0");
      const versions = (await registry.versions(name)) ?? [];
      const [single, both] = [one, several].map((digest) => versions.find((each) => each.digest === digest));
      expect(single).toMatchObject({ tags: ["1.0", "same"], manifests: [] });
      expect(single?.bytes).toBeGreaterThan(100);
      expect(both).toMatchObject({ tags: ["2.0"] });
      expect(both?.manifests).toHaveLength(2);
      for (const child of both?.manifests ?? [])
        expect(versions.find(({ digest }) => digest === child)).toMatchObject({ tags: [], manifests: [] });
      for (const { since } of versions) expect(since).toBeGreaterThanOrEqual(Date.parse(DAY));
      expect(versions).toHaveLength(4);
    });

    it("are none that can be known where there is no such repository", async () => {
      expect(await registry.versions(repository().name)).toBeUndefined();
    });
  });

  describe("end-9, DELETE manifests: deletes", () => {
    it("images with their tags, an index and then what it contains, and nothing else", async () => {
      const { name, image, index } = repository();
      const [kept, gone, several] = [
        await image("a", "1.0"),
        await image("b", "2.0"),
        await index("c", "3.0"),
      ];
      const children =
        (await registry.versions(name))?.find(({ digest }) => digest === several)?.manifests ?? [];
      await registry.delete(name, [several, gone, ...children]);
      expect((await registry.versions(name))?.map(({ digest }) => digest)).toEqual([kept]);
      expect(await registry.tags(name)).toEqual(["1.0"]);
      for (const digest of [gone, several, ...children])
        expect(await registry.resolve({ name, digest })).toBeUndefined();
    });

    it("what is gone already, without an error", async () => {
      const { name, image } = repository();
      const [kept, gone] = [await image("a", "1.0"), await image("b", "2.0")];
      await registry.delete(name, [gone]);
      await registry.delete(name, [gone]);
      expect(await registry.resolve({ name, digest: kept })).toBe(kept);
    });
  });
}

function asDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new Error(`${text} is no digest`);
}
