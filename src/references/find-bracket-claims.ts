import { readTokens, type Dialect, type Piece } from "./bracket-tokens.ts";
import { claimsIn, isReferenceField, type Value } from "./fields.ts";
import type { Claim } from "./claims.ts";

/** JSON, with comments and what JSON5 has besides. */
export const JSON_DIALECT: Dialect = {
  comments: ["//", "/*"],
  quotes: "\"'",
  hasLongTexts: false,
  hasTemplates: false,
  endsAtNewline: false,
  namesImages: true,
};

/** Bazel's language (https://github.com/bazelbuild/starlark/blob/master/spec.md). */
export const STARLARK: Dialect = { ...JSON_DIALECT, comments: ["#"], hasLongTexts: true, namesImages: false };

/** Terraform's language (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md). */
export const HCL: Dialect = {
  comments: ["#", "//", "/*"],
  quotes: '"',
  hasLongTexts: false,
  hasTemplates: true,
  endsAtNewline: true,
  namesImages: true,
};

const CLOSING = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

/** Deeper than anybody writes, and not so deep that it costs. */
const DEEPEST = 1000;

/** What is between two brackets, as far as it has been read. */
interface Frame {
  readonly closing: string;
  readonly fields: Map<string, Value>;
  /** `start`: of a field; `name`: behind its name; `value`: behind `=` or `:`; `rest`: of what is no field. */
  at: "start" | "name" | "value" | "rest";
  name: string;
  value: Value | undefined;
  /** Whether it has fields from elsewhere, such as Starlark's `**arguments`. */
  isOpenEnded: boolean;
}

/** The digests of objects, calls and blocks, and whose they are. None at all in a file whose brackets or quotes do not match. */
export function findBracketClaims(source: string, dialect: Dialect): readonly Claim[] {
  const frames = [frameUntil("")];
  const claims: Claim[] = [];
  for (const token of readTokens(source, dialect)) {
    const frame = frames.at(-1);
    if (frame === undefined || token.kind === "broken") return [];
    if (token.kind === "open") {
      if (frames.length > DEEPEST) return [];
      takeOther(frame);
      frames.push(frameUntil(CLOSING.get(token.bracket) ?? ""));
    } else if (token.kind === "close") {
      if (token.bracket !== frame.closing) return [];
      frames.pop();
      endField(frame);
      if (!dialect.namesImages) frame.fields.delete("name");
      if (!frame.isOpenEnded) claims.push(...claimsIn(frame.fields));
    } else take(frame, token);
  }
  return frames.length === 1 ? claims : [];
}

function frameUntil(closing: string): Frame {
  return { closing, fields: new Map(), at: "start", name: "", value: undefined, isOpenEnded: false };
}

function take(frame: Frame, piece: Piece): void {
  switch (piece.kind) {
    case "word":
      if (frame.at === "start") beginField(frame, piece.text);
      else takeOther(frame);
      return;
    case "text":
      takeText(frame, piece.value);
      return;
    case "assign":
      if (frame.at === "name") frame.at = "value";
      else takeOther(frame);
      return;
    case "separator":
      endField(frame);
      return;
    case "spread":
      frame.isOpenEnded ||= frame.at === "start";
      takeOther(frame);
      return;
    case "other":
      takeOther(frame);
  }
}

function takeText(frame: Frame, value: Value): void {
  if (frame.at === "start" && value !== "unknown") beginField(frame, value.text);
  else if (frame.at === "value" && frame.value === undefined) frame.value = value;
  else takeOther(frame);
}

function beginField(frame: Frame, name: string): void {
  frame.name = name;
  frame.at = "name";
}

/** Something that makes a value more than a text, and a name none. */
function takeOther(frame: Frame): void {
  if (frame.at === "value") frame.value = "unknown";
  else frame.at = "rest";
}

/** A field that is there twice has no value that is certain. */
function endField(frame: Frame): void {
  const { at, name, value, fields } = frame;
  if (at === "value" && isReferenceField(name))
    fields.set(name, fields.has(name) ? "unknown" : (value ?? "unknown"));
  frame.at = "start";
  frame.value = undefined;
}
