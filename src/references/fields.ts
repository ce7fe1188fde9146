import { parseDigest } from "../model/digest.ts";
import { isTag, parseReference, type Reference } from "../model/reference.ts";
import type { Claim } from "./claims.ts";
import { pinOf } from "./pin.ts";

/** A text that a file has as the value of a field. */
export interface Literal {
  readonly text: string;
  /** Byte offset of the text, if it stands in the file as it is: without escapes, in one piece. */
  readonly start?: number;
}

/** A value; `unknown` if it is none that the file tells: a variable, something with parts, or one of several. */
export type Value = Literal | "unknown";

/** Things that stand beside each other: a map, an object, a block or the arguments of a call. */
export type Fields = ReadonlyMap<string, Value>;

const NAMES = ["repository", "image", "name", "newName"];
const FIELDS = ["digest", "tag", "newTag", "registry", ...NAMES];

/** Whether a field has something to do with references. */
export function isReferenceField(name: string): boolean {
  return FIELDS.includes(name);
}

/** Whether a text may have a name and a digest as separate fields: a cheap test of files that need not be read further. */
export function mayHoldFields(text: string): boolean {
  return DIGEST_FIELD.test(text) || (ALIAS_FIELD.test(text) && HEX.test(text)) || TAG_FIELD.test(text);
}

/** Whether there may be a digest among them. */
export function mayClaim(fields: Fields): boolean {
  return fields.has("digest") || fields.has("tag");
}

const HEX = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/;
const KEY = String.raw`\bdigest["']?[ \t]*[:=]`;
/** What may stand before a value: space, comments, and YAML's anchors, tags and marks of blocks. */
const BEFORE = String.raw`(?:\s|#[^\n]{0,200}\n|//[^\n]{0,200}\n|/\*[^*]{0,200}\*/|[&!]\S{0,100}(?=\s)|[|>][-+\d]{0,2}(?=\s)){0,400}`;
/** Descriptions of interfaces have many fields of that name, and no digest in them. */
const DIGEST_FIELD = new RegExp(String.raw`${KEY}${BEFORE}["']?@?(?:sha256:)?[0-9a-f]{64}(?![0-9a-f])`);
const ALIAS_FIELD = new RegExp(String.raw`${KEY}${BEFORE}\*`);
const TAG_FIELD = /\btag["']?[ \t]*[:=][^\n@]{0,200}@sha256:[0-9a-f]{64}/;

/** Some write the prefix where the digest is used, or the `@` where it is given. */
const DIGEST = /^((?:@?sha256:)?)([0-9a-f]{64})$/;
const TAG_WITH_DIGEST = /^([\w.-]{0,128})@sha256:([0-9a-f]{64})$/;

/**
 * The digests of things that have a name beside them, as Helm's values, kustomize's `images`, Bazel's `oci.pull` and
 * Terraform's blocks have. Where it is not certain which name it is, they are nobody's.
 */
export function claimsIn(fields: Fields): readonly Claim[] {
  const name = nameIn(fields);
  const tag = tagIn(fields) ?? name?.tag;
  const places = [
    ...hexIn(fields.get("digest"), DIGEST),
    ...(NAMES.some((field) => fields.has(field)) ? hexIn(fields.get("tag"), TAG_WITH_DIGEST) : []),
  ];
  return places.map(({ digest, hexStart }) => {
    if (name === undefined || (name.digest ?? digest) !== digest) return { hexStart };
    const reference = tag === undefined ? { name: name.name } : { name: name.name, tag };
    return { hexStart, pin: pinOf(reference, digest, hexStart, "fields") };
  });
}

/** kustomize's `newName` takes the place of `name`; Helm's `repository` stands beside any `name`. */
function nameIn(fields: Fields): Reference | undefined {
  const [newName, repository, image] = ["newName", "repository", "image"].map((name) => fields.get(name));
  if (repository !== undefined && image !== undefined && textOf(image) !== textOf(repository))
    return undefined;
  const name = textOf(newName ?? repository ?? image ?? fields.get("name"));
  const registry = fields.has("registry") ? textOf(fields.get("registry")) : "";
  if (name === undefined || registry === undefined) return undefined;
  const isWhole = registry === "" || name.startsWith(`${registry}/`);
  return parseReference(isWhole ? name : `${registry}/${name}`);
}

function textOf(value: Value | undefined): string | undefined {
  return value === "unknown" ? undefined : value?.text;
}

function tagIn(fields: Fields): string | undefined {
  const written = textOf(fields.get("newTag") ?? fields.get("tag"));
  const tag = TAG_WITH_DIGEST.exec(written ?? "")?.[1] ?? written;
  return tag !== undefined && isTag(tag) ? tag : undefined;
}

/** The digest that ends a text, and where its hexadecimal digits stand. */
function hexIn(value: Value | undefined, form: RegExp) {
  if (value === undefined || value === "unknown" || value.start === undefined) return [];
  const hex = form.exec(value.text)?.[2] ?? "";
  const digest = parseDigest(`sha256:${hex}`);
  return digest === undefined ? [] : [{ digest, hexStart: value.start + value.text.length - hex.length }];
}
