import { mayHoldFields } from "./fields.ts";
import { findBracketClaims, HCL, JSON_DIALECT, STARLARK } from "./find-bracket-claims.ts";
import { findYamlClaims } from "./find-yaml-claims.ts";
import type { Claim } from "./claims.ts";

type Reader = (source: string) => readonly Claim[];

/** How files are read, by their names. */
const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/(?:\.ya?ml|(?:^|\/)kustomization)$/i, findYamlClaims],
  [/\.json[c5]?$/i, (source) => findBracketClaims(source, JSON_DIALECT)],
  [
    /(?:\.(?:bazel|bzl|star|bzlmod)|(?:^|\/)(?:WORKSPACE|BUILD))$/,
    (source) => findBracketClaims(source, STARLARK),
  ],
  [/\.(?:tf|tfvars|tofu|hcl)$/, (source) => findBracketClaims(source, HCL)],
];

/**
 * The digests that stand apart from their names, and whose they are, found by the file's structure. Only files that can hold such a thing are
 * read: by their names, and by what stands in them. Never throws.
 */
export function findFieldClaims(path: string, bytes: Buffer): readonly Claim[] {
  const reader = READERS.find(([name]) => name.test(path))?.[1];
  if (reader === undefined) return [];
  // One character for each byte, so that places in the text are places in the file.
  const source = bytes.toString("latin1");
  return mayHoldFields(source) ? reader(source) : [];
}
