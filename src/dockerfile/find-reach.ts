/**
 * What of its context a build can read: what `COPY`, `ADD` and bind mounts of the stages that the target needs take from
 * it. Where that cannot be told, it is everything.
 */
import type { ByteText } from "./byte-text.ts";
import { mountsOf, type Mount } from "./find-sources.ts";
import { quotePath } from "./glob.ts";
import { parseHereDocument } from "./here-documents.ts";
import type { Reach } from "./reach.ts";
import { readFlags } from "./read-flags.ts";
import type { Instruction } from "./split-instructions.ts";
import {
  afterInstruction,
  environmentBefore,
  fillIn,
  instructionsOf,
  type Environment,
  type EnvironmentInput,
} from "./stage-environment.ts";
import type { StageNode } from "./stage-graph.ts";
import { jsonArray, splitWords } from "./tokens.ts";

/** The path of all paths: the context itself. */
const EVERYTHING = "";

/** What the stages of these numbers can read. */
export function findReach(
  nodes: readonly StageNode[],
  reached: readonly number[],
  input: EnvironmentInput,
): Reach {
  const paths = new Set(reached.flatMap((index) => pathsOfStage(nodes, index, input)));
  return paths.has(EVERYTHING) ? { kind: "everything" } : { kind: "paths", paths: [...paths].sort() };
}

function pathsOfStage(
  nodes: readonly StageNode[],
  index: number,
  input: EnvironmentInput,
): readonly string[] {
  const node = nodes[index];
  if (node === undefined || node.isReplaced) return [];
  const { base, inherited } = node;
  // Such tags are made for triggers that copy from the context; the image's configuration is not at hand.
  const mayTrigger =
    base.kind === "image" && inherited.length === 0 && base.reference.tag?.includes("onbuild") === true;
  const paths = mayTrigger ? [EVERYTHING] : [];
  let environment = environmentBefore(nodes, node, input);
  for (const instruction of instructionsOf(node)) {
    paths.push(...pathsOfInstruction(instruction, environment, input.escape));
    environment = afterInstruction(instruction, environment, input);
  }
  return paths;
}

function pathsOfInstruction(
  instruction: Instruction,
  environment: Environment,
  escape: string,
): readonly string[] {
  const { keyword } = instruction;
  const fill = (word: ByteText) => fillIn(word, environment, escape);
  if (keyword === "run") return mountsOf(instruction).flatMap((mount) => mountPaths(mount, fill));
  return keyword === "copy" || keyword === "add" ? copiedPaths(instruction, fill) : [];
}

type Fill = (word: ByteText) => string | undefined;

function copiedPaths({ keyword, text, args }: Instruction, fill: Fill): readonly string[] {
  const { flags, rest } = readFlags(text, args);
  if (flags.some(({ name, value }) => name === "from" && value !== "")) return [];
  const words = jsonArray(text, rest) ?? splitWords(text, rest).map((word) => word.text);
  return words
    .slice(0, -1)
    .filter((word) => parseHereDocument(word) === undefined && !(keyword === "add" && isRemote(word)))
    .map((word) => fill(word))
    .filter((path) => path === undefined || !(keyword === "add" && isRemote(path)))
    .map((path) => (path === undefined ? EVERYTHING : toContextPath(path)));
}

/** What `ADD` fetches from elsewhere: a URL, or a git repository by SSH. */
function isRemote(source: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^git@/.test(source);
}

/** Only bind mounts without `from` read the context. `source` has no wildcards. */
function mountPaths(mount: Mount | undefined, fill: Fill): readonly string[] {
  if (mount === undefined) return [EVERYTHING];
  const type = fill(mount.fields.get("type")?.text ?? "bind")?.toLowerCase() ?? "bind";
  if (type !== "bind" || (mount.fields.get("from")?.text ?? "") !== "") return [];
  const keys = [...mount.fields.keys()].filter((key) => key === "source" || key === "src");
  const sources = keys.map((key) => fill(mount.fields.get(key)?.text ?? ""));
  if (sources.length === 0) return [EVERYTHING];
  return sources.map((path) => (path === undefined ? EVERYTHING : quotePath(toContextPath(path))));
}

/** The path from the context's root; `..` does not lead out of it. */
function toContextPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
