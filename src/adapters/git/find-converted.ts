import { askGit, runGit, splitNul, type AskGit, type Question } from "./run-git.ts";

/** The tracked files of which git may keep other bytes than the working tree has (gitattributes(5)). */
export interface Converted {
  /** Whether git keeps what a filter, an encoding or `$Id$` makes of a file. */
  isFiltered(path: string): boolean;
  /** Whether git may have taken carriage returns away: what it keeps is then shorter, or the same. */
  hasOtherEndings(path: string): boolean;
}

const FILTERS = ["filter", "ident", "working-tree-encoding"];
const ENDINGS = ["text", "eol", "crlf"];

/** Matches the tracked files with any of these attributes. Most repositories have none, and then one question is enough. */
const HAS_ATTRIBUTES = `:(top,exclude,attr:${[...FILTERS, ...ENDINGS].map((name) => `!${name}`).join(" ")})`;

/** Which tracked files have them. */
export const ATTRIBUTES: Question = { args: ["ls-files", "-z", "--", HAS_ATTRIBUTES] };

/** By path; none for a path without any of these attributes. */
export type Attributes = ReadonlyMap<string, readonly Attribute[]>;

/** What the attributes and `core.autocrlf` of git's configuration mean for tracked files. */
export function convertedBy(attributes: Attributes, autocrlf: boolean): Converted {
  const isOn = (path: string, names: readonly string[]) =>
    attributes.get(path)?.some(({ name, value }) => names.includes(name) && value !== "unset") === true;
  const isBinary = (path: string) =>
    attributes.get(path)?.some(({ name, value }) => name === "text" && value === "unset") === true;
  return {
    isFiltered: (path) => isOn(path, FILTERS),
    hasOtherEndings: (path) => isOn(path, ENDINGS) || (autocrlf && !isBinary(path)),
  };
}

/** An attribute of a file. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Asks git for those that are specified. */
export async function readAttributes(root: string, ask: AskGit = askGit): Promise<Attributes> {
  const attributes = new Map<string, Attribute[]>();
  const input = await ask(root, ATTRIBUTES);
  if (input.length === 0) return attributes;
  const args = ["check-attr", "-z", "--stdin", ...FILTERS, ...ENDINGS];
  const output = splitNul(await runGit(root, args, { input }));
  for (let at = 0; at + 2 < output.length; at += 3) {
    const [path = "", name = "", value = ""] = output.slice(at, at + 3);
    if (value === "unspecified") continue;
    const known = attributes.get(path);
    if (known === undefined) attributes.set(path, [{ name, value }]);
    else known.push({ name, value });
  }
  return attributes;
}
