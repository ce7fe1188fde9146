import { runGit, splitNul } from "./run-git.ts";

/** The tracked files of which git may keep other bytes than the working tree has (gitattributes(5)). */
export interface Converted {
  /** Whether git keeps what a filter, an encoding or `$Id$` makes of a file. */
  isFiltered(path: string): boolean;
  /** Whether git may have taken carriage returns away: what it keeps is then shorter, or the same. */
  hasOtherEndings(path: string): boolean;
}

const FILTERS = ["filter", "ident", "working-tree-encoding"];
const ENDINGS = ["text", "eol", "crlf"];

/** Asks git for the attributes of all paths. */
export async function findConverted(root: string, paths: readonly string[]): Promise<Converted> {
  const [autocrlf, attributes] = await Promise.all([hasAutocrlf(root), readAttributes(root, paths)]);
  const isOn = (path: string, names: readonly string[]) =>
    attributes.get(path)?.some(({ name, value }) => names.includes(name) && value !== "unset") === true;
  const isBinary = (path: string) =>
    attributes.get(path)?.some(({ name, value }) => name === "text" && value === "unset") === true;
  return {
    isFiltered: (path) => isOn(path, FILTERS),
    hasOtherEndings: (path) => isOn(path, ENDINGS) || (autocrlf && !isBinary(path)),
  };
}

async function hasAutocrlf(root: string): Promise<boolean> {
  const output = await runGit(root, ["config", "--get", "core.autocrlf"], { accepts: [0, 1] });
  return !["", "false"].includes(output.toString().trim());
}

interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Only those that are specified. */
async function readAttributes(root: string, paths: readonly string[]) {
  const input = paths.map((path) => `${path}\0`).join("");
  const output = splitNul(await runGit(root, ["check-attr", "--all", "-z", "--stdin"], { input }));
  const attributes = new Map<string, Attribute[]>();
  for (let at = 0; at + 2 < output.length; at += 3) {
    const [path = "", name = "", value = ""] = output.slice(at, at + 3);
    const known = attributes.get(path);
    if (known === undefined) attributes.set(path, [{ name, value }]);
    else known.push({ name, value });
  }
  return attributes;
}
