/**
 * YAML, of which Helm's values and kustomizations are made.
 *
 * Each document is read for itself, and only if it can hold such a pin and has no template in it that decides about
 * lines. A document with an error has no pins: what its parts belong to is not certain.
 */
import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import { mayHoldFields, claimsIn } from "./fields.ts";
import type { Claim } from "./claims.ts";
import { fieldsInYaml } from "./yaml-fields.ts";

/** Loaded when there is something to read: every start of the program would pay for it. */
const require = createRequire(import.meta.url);

/** Of Helm, Jinja and others: the lines that it stands on may be there or not, or stand in for others. */
const TEMPLATE =
  /\{\{-?[ \t]*(?:if|else|end|with|range|define|block|template)\b|^[ \t]*(?:-[ \t]+)?\{\{|\{%|<%/m;

/** Larger ones are written by programs; the reader is slow, and slower than that where there are errors. */
const LARGEST_DOCUMENT = 512 * 1024;

const OPTIONS = { uniqueKeys: false, logLevel: "silent" } as const;

/** The digests, and whose they are, of a file whose bytes are the characters of `source`. */
export function findYamlClaims(source: string): readonly Claim[] {
  return documentsIn(source).flatMap(({ text, start }) => {
    if (text.length > LARGEST_DOCUMENT || !mayHoldFields(text) || TEMPLATE.test(text)) return [];
    return claimsInDocument(text).map((claim) => moved(claim, start));
  });
}

function moved({ hexStart, pin }: Claim, by: number): Claim {
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

/** The parser can run out of stack where things nest deeply: whatever it throws, the document could not be read. */
function claimsInDocument(text: string): readonly Claim[] {
  const yaml = require("yaml") as typeof Yaml;
  try {
    const tokens = tokensOf(yaml, text);
    const [document, ...others] = tokens === undefined ? [] : new yaml.Composer(OPTIONS).compose(tokens);
    if (document === undefined || others.length > 0 || document.errors.length > 0) return [];
    return fieldsInYaml(yaml, document, text).flatMap(claimsIn);
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
