/**
 * YAML, of which Helm's values and kustomizations are made.
 *
 * Each document is read for itself, and only if it can hold such a pin and has no template in it that decides about
 * lines. A document with an error has no pins: what its parts belong to is not certain. The reader takes longer than all
 * else, so a document that differs from an earlier one in its digests alone is not read again (decision 66).
 */
import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import { mayClaim, mayHoldFields, claimsIn, type Fields, type Value } from "./fields.ts";
import type { Claim } from "./claims.ts";
import { HEX_LENGTH } from "./digest-bytes.ts";
import { maskDigests } from "./mask-digests.ts";
import { readPlainYaml } from "./read-plain-yaml.ts";
import { fieldsInYaml } from "./yaml-fields.ts";

/** Loaded when there is something to read: every start of the program would pay for it. */
const require = createRequire(import.meta.url);

/** Of Helm, Jinja and others: the lines that it stands on may be there or not, or stand in for others. */
const TEMPLATE =
  /\{\{-?[ \t]*(?:if|else|end|with|range|define|block|template)\b|^[ \t]*(?:-[ \t]+)?\{\{|\{%|<%/m;

/** Larger ones are written by programs, and plain; the reader is slow, and slower than that where there are errors. */
const LARGEST_DOCUMENT = 512 * 1024;

const OPTIONS = { uniqueKeys: false, logLevel: "silent" } as const;

/** Of the documents that are remembered, in characters. */
const MOST_REMEMBERED = 1024 * 1024;

/** Finds the digests, and whose they are, of files whose bytes are the characters of `source`. */
export function createYamlFinder(): (source: string) => readonly Claim[] {
  const read = rememberFields();
  return (source) =>
    documentsIn(source).flatMap(({ text, start }) => {
      if (!mayHoldFields(text) || TEMPLATE.test(text)) return [];
      const found = read(maskDigests(text)).flatMap((fields) => claimsIn(fill(fields, text)));
      return found.map((claim) => moved(claim, start));
    });
}

/** A reader that keeps what it has read: each file is read before and after it is changed. */
function rememberFields(): (document: string) => readonly Fields[] {
  const known = new Map<string, readonly Fields[]>();
  let characters = 0;
  return (document) => {
    const before = known.get(document);
    if (before !== undefined) return before;
    characters += document.length;
    if (characters > MOST_REMEMBERED) {
      known.clear();
      characters = document.length;
    }
    const fields = (readPlainYaml(document) ?? readFields(document)).filter(mayClaim);
    known.set(document, fields);
    return fields;
  };
}

/** The fields with what a text has in their places. */
function fill(fields: Fields, text: string): Fields {
  const filled = new Map<string, Value>();
  for (const [name, value] of fields) filled.set(name, valueIn(text, value));
  return filled;
}

/** One that is shorter than a digest has none in it, and is as it was. */
function valueIn(text: string, value: Value): Value {
  if (value === "unknown" || value.start === undefined || value.text.length < HEX_LENGTH) return value;
  return { text: text.slice(value.start, value.start + value.text.length), start: value.start };
}

function moved(claim: Claim, by: number): Claim {
  if (by === 0) return claim;
  const { hexStart, pin } = claim;
  const place = { hexStart: hexStart + by };
  return { ...place, ...(pin === undefined ? {} : { pin: { ...pin, ...place } }) };
}

/** The parts of the source that begin with `---`, and what stands before them. */
function documentsIn(source: string): readonly { readonly text: string; readonly start: number }[] {
  const starts = [...source.matchAll(/^---(?=[ \t\r\n]|$)/gm)].map(({ index }) => index);
  return [BYTE_ORDER_MARK.exec(source)?.[0].length ?? 0, ...starts]
    .map((start, index) => ({ text: source.slice(start, starts[index]), start }))
    .filter(({ text }) => text !== "");
}

const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;

/**
 * None of a large document, which is not plain if it comes here. The parser can run out of stack where things nest deeply:
 * whatever it throws, the document could not be read.
 */
function readFields(document: string): readonly Fields[] {
  if (document.length > LARGEST_DOCUMENT) return [];
  const yaml = require("yaml") as typeof Yaml;
  try {
    const tokens = tokensOf(yaml, document);
    const [read, ...others] = tokens === undefined ? [] : new yaml.Composer(OPTIONS).compose(tokens);
    if (read === undefined || others.length > 0 || read.errors.length > 0) return [];
    return fieldsInYaml(yaml, read, document);
  } catch {
    return [];
  }
}

/** `undefined` at the first error: to go on costs the more the more errors there are. */
function tokensOf(yaml: typeof Yaml, text: string): readonly Yaml.CST.Token[] | undefined {
  const tokens: Yaml.CST.Token[] = [];
  for (const token of new yaml.Parser().parse(text)) {
    if (token.type === "error") return undefined;
    tokens.push(token);
  }
  return tokens;
}
