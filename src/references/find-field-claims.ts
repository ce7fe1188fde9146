import { mayHoldFields } from "./fields.ts";
import { findBracketClaims, HCL, JSON_DIALECT, STARLARK } from "./find-bracket-claims.ts";
import { createYamlFinder } from "./find-yaml-claims.ts";
import type { Claim } from "./claims.ts";

type Reader = (source: string) => readonly Claim[];

const YAML = /(?:\.ya?ml|(?:^|\/)kustomization)$/i;

/** How files of other languages are read, by their names. */
const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/\.json[c5]?$/i, (source) => findBracketClaims(source, JSON_DIALECT)],
  [
    /(?:\.(?:bazel|bzl|star|bzlmod)|(?:^|\/)(?:WORKSPACE|BUILD))$/,
    (source) => findBracketClaims(source, STARLARK),
  ],
  [/\.(?:tf|tfvars|tofu|hcl)$/, (source) => findBracketClaims(source, HCL)],
];

/**
 * Finds the digests that stand apart from their names, and whose they are, by a file's structure. Only files that can hold
 * such a thing are read: by their names, and by what stands in them. Never throws.
 */
export function createFieldFinder(): (path: string, bytes: Buffer) => readonly Claim[] {
  const findInYaml = createYamlFinder();
  const readerOf = (path: string) =>
    YAML.test(path) ? findInYaml : READERS.find(([name]) => name.test(path))?.[1];
  return (path, bytes) => {
    const reader = readerOf(path);
    if (reader === undefined) return [];
    // One character for each byte, so that places in the text are places in the file.
    const source = bytes.toString("latin1");
    return mayHoldFields(source) ? reader(source) : [];
  };
}
