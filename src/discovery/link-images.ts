import { Buffer } from "node:buffer";
import { findTargets } from "../dockerfile/find-targets.ts";
import type { ProposedImage } from "../model/discovery.ts";
import { canonicalName, formatReference, parseReference, type Reference } from "../model/reference.ts";
import { referenceOwner, type Owner } from "../references/own-references.ts";
import { isQualified } from "./find-registry.ts";
import type { Draft } from "./merge-declarations.ts";

/** Which image each is, and how the repository calls it where it is not pushed. */
interface Links {
  readonly owner: Owner;
  /** Images by names that say nothing of where they are, such as `web-base`: the tag of a local build. */
  readonly byLocalName: ReadonlyMap<string, string>;
}

/** Puts `image:NAME` where arguments and named contexts stand for other images of the proposal. */
export function linkImages(
  images: readonly ProposedImage[],
  drafts: readonly Draft[],
  dockerfiles: ReadonlyMap<string, Uint8Array>,
): readonly ProposedImage[] {
  const links: Links = {
    owner: referenceOwner(
      images.map((image) => ({
        ...image,
        tags: image.tags.length === 0 ? ["latest"] : image.tags,
        digests: [],
      })),
    ),
    byLocalName: new Map(
      drafts.flatMap(({ references }, index) =>
        references.flatMap((text) =>
          localNameOf(text).map((name) => [name, images[index]?.name ?? ""] as const),
        ),
      ),
    ),
  };
  return images.map((image, index) => {
    const bytes = dockerfiles.get(image.dockerfile) ?? new Uint8Array();
    return {
      ...image,
      args: linkArguments(image, bytes, links),
      contexts: {
        ...linkLocalNames(image, bytes, links),
        ...linkContexts(image, index, images, drafts, links),
      },
    };
  });
}

function localNameOf(text: string): readonly string[] {
  const reference = parseReference(text);
  return reference === undefined || isQualified(reference.name) ? [] : [keyOf(reference)];
}

function keyOf(reference: Reference): string {
  return formatReference(reference).replace(/:latest$/, "");
}

/** Only an argument that is a whole reference in a `FROM` can be another one. */
function linkArguments(
  { name, args }: ProposedImage,
  bytes: Uint8Array,
  { owner, byLocalName }: Links,
): Readonly<Record<string, string>> {
  const text = Buffer.from(bytes).toString("latin1");
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      const reference = parseReference(value);
      if (reference === undefined || !isWholeBase(text, key)) return [key, value];
      const image = owner(reference) ?? byLocalName.get(keyOf(reference));
      return [key, image === undefined || image === name ? value : `image:${image}`];
    }),
  );
}

function isWholeBase(text: string, name: string): boolean {
  return new RegExp(
    `^[ \\t]*FROM[ \\t]+(?:--\\S+[ \\t]+)*"?\\$(?:${name}|\\{${name}\\})"?(?:[ \\t\\r]|$)`,
    "im",
  ).test(text);
}

/** A name of a local build means an image of this repository only where it stands; a registry knows nothing of it. */
function linkLocalNames(
  { name, args }: ProposedImage,
  bytes: Uint8Array,
  { byLocalName }: Links,
): Readonly<Record<string, string>> {
  const { images } = findTargets({ bytes, args, platform: "linux/amd64" });
  return Object.fromEntries(
    images.flatMap((reference) => {
      const image = isQualified(reference.name) ? undefined : byLocalName.get(keyOf(reference));
      return image === undefined || image === name ? [] : [[formatReference(reference), `image:${image}`]];
    }),
  );
}

function linkContexts(
  image: ProposedImage,
  index: number,
  images: readonly ProposedImage[],
  drafts: readonly Draft[],
  { owner }: Links,
): Readonly<Record<string, string>> {
  const file = fileOf(drafts[index]);
  const meant = (value: string): string => {
    const target = /^target:(.+)$/.exec(value)?.[1];
    const position = drafts.findIndex(
      (draft) => draft.name === target && draft.places.some((at) => at.startsWith(file)),
    );
    const reference = parseReference(/^docker-image:\/\/(.+)$/.exec(value)?.[1] ?? "");
    const named = target === undefined ? undefined : images[position]?.name;
    const found = named ?? (reference === undefined ? undefined : owner(reference));
    return found === undefined ? value : `image:${found}`;
  };
  return Object.fromEntries(
    Object.entries(image.contexts)
      .map(([key, value]) => [key, meant(value)] as const)
      .filter(([key, value]) => !isSelfEvident(key, value, images)),
  );
}

function fileOf(draft: Draft | undefined): string {
  return draft === undefined ? "" : draft.where.slice(0, draft.where.indexOf(": ") + 2);
}

/** A context called like the repository of the image that it is: the Dockerfile's own words lead there. */
function isSelfEvident(key: string, value: string, images: readonly ProposedImage[]): boolean {
  const name = parseReference(key)?.name;
  const image = images.find((each) => value === `image:${each.name}`);
  return name !== undefined && image !== undefined && canonicalName(name) === canonicalName(image.repository);
}
