/**
 * What of its contexts a build can read: what `COPY`, `ADD` and mounts of the stages that the target needs take from
 * them. Where that cannot be told, and of a named context that a stage is built from, it is everything.
 */
import type { ByteText } from "./byte-text.ts";
import { mountsOf, type Mount, type Source } from "./find-sources.ts";
import { quotePath } from "./glob.ts";
import { parseHereDocument } from "./here-documents.ts";
import type { Reach } from "./reach.ts";
import { readFlags } from "./read-flags.ts";
import type { NamedContexts, Origin } from "./resolve-name.ts";
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

/** What the target can read of each of its contexts. */
export interface Reaches {
  readonly context: Reach;
  /** By the names that BuildKit looks up, without those of which nothing is read. */
  readonly named: ReadonlyMap<string, Reach>;
}

/** Stages, and those of them that the target needs. */
interface Needed {
  readonly nodes: readonly StageNode[];
  readonly target: number | undefined;
  readonly reached: readonly number[];
  readonly contexts: NamedContexts;
}

/** What the stages that the target needs can read. */
export function findReach(needed: Needed, input: EnvironmentInput): Reaches {
  const paths = new Map<string | undefined, Set<string>>();
  for (const { context, path } of needed.reached.flatMap((index) => readsOfStage(needed, index, input)))
    paths.set(context, (paths.get(context) ?? new Set()).add(path));
  const named = [...paths].flatMap(([name, read]) =>
    name === undefined ? [] : [[name, toReach(read)] as const],
  );
  return { context: toReach(paths.get(undefined) ?? new Set()), named: new Map(named) };
}

function toReach(paths: ReadonlySet<string>): Reach {
  return paths.has(EVERYTHING) ? { kind: "everything" } : { kind: "paths", paths: [...paths].sort() };
}

/** A path that is read of a named context, or of the context itself. */
interface Read {
  readonly context: string | undefined;
  readonly path: string;
}

function readsOfStage(needed: Needed, index: number, input: EnvironmentInput): readonly Read[] {
  const { nodes, target, contexts } = needed;
  const node = nodes[index];
  if (node === undefined) return [];
  if (node.isReplaced) return index === target ? wholeContext(node.base, nodes) : [];
  const { base, inherited } = node;
  // Such tags are made for triggers that copy from the context; the image's configuration is not at hand.
  const mayTrigger =
    base.kind === "image" && inherited.length === 0 && base.reference.tag?.includes("onbuild") === true;
  const anything = [undefined, ...contexts].map((context) => ({ context, path: EVERYTHING }));
  const reads: Read[] = mayTrigger ? anything : [...wholeContext(base, nodes)];
  let environment = environmentBefore(nodes, node, input);
  for (const instruction of instructionsOf(node)) {
    for (const { from, where, path } of readsOf(instruction, environment, input.escape)) {
      if (from === "") reads.push({ context: undefined, path });
      const source = node.sources.find((each) => each.source.text === from && each.source.where === where);
      const context = source === undefined ? undefined : contextOf(source.origin, nodes);
      if (context !== undefined) reads.push({ context, path });
    }
    environment = afterInstruction(instruction, environment, input);
  }
  return reads;
}

function wholeContext(origin: Origin, nodes: readonly StageNode[]): readonly Read[] {
  const context = contextOf(origin, nodes);
  return context === undefined ? [] : [{ context, path: EVERYTHING }];
}

/** The named context that something is, or that stands in for a stage that it is. */
function contextOf(origin: Origin, nodes: readonly StageNode[]): string | undefined {
  if (origin.kind === "context") return origin.name;
  const node = origin.kind === "stage" ? nodes[origin.stage] : undefined;
  return node?.isReplaced === true && node.base.kind === "context" ? node.base.name : undefined;
}

/** A path that an instruction reads of what its `from` names; the context, where that is empty. */
interface ReadFrom {
  readonly from: ByteText;
  readonly where: Source["where"];
  readonly path: string;
}

function readsOf(instruction: Instruction, environment: Environment, escape: string): readonly ReadFrom[] {
  const { keyword } = instruction;
  const fill = (word: ByteText) => fillIn(word, environment, escape);
  if (keyword === "run") return mountsOf(instruction).flatMap((mount) => readsOfMount(mount, fill));
  return keyword === "copy" || keyword === "add" ? readsOfCopy(instruction, fill) : [];
}

type Fill = (word: ByteText) => string | undefined;

function readsOfCopy({ keyword, text, args }: Instruction, fill: Fill): readonly ReadFrom[] {
  const { flags, rest } = readFlags(text, args);
  const from = flags.find(({ name, value }) => name === "from" && value !== "")?.value ?? "";
  const words = jsonArray(text, rest) ?? splitWords(text, rest).map((word) => word.text);
  return words
    .slice(0, -1)
    .filter((word) => parseHereDocument(word) === undefined && !(keyword === "add" && isRemote(word)))
    .map((word) => fill(word))
    .filter((path) => path === undefined || !(keyword === "add" && isRemote(path)))
    .map((path) => (path === undefined ? EVERYTHING : toContextPath(path)))
    .map((path) => ({ from, where: "copy-from", path }));
}

/** What `ADD` fetches from elsewhere: a URL, or a git repository by SSH. */
function isRemote(source: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^git@/.test(source);
}

/** Without `from` only bind mounts read anything. `source` has no wildcards. */
function readsOfMount(mount: Mount | undefined, fill: Fill): readonly ReadFrom[] {
  const where = "mount-from";
  if (mount === undefined) return [{ from: "", where, path: EVERYTHING }];
  const type = fill(mount.fields.get("type")?.text ?? "bind")?.toLowerCase() ?? "bind";
  const from = mount.fields.get("from")?.text ?? "";
  if (type !== "bind" && from === "") return [];
  const keys = [...mount.fields.keys()].filter((key) => key === "source" || key === "src");
  const sources = keys.map((key) => fill(mount.fields.get(key)?.text ?? ""));
  const paths = sources.map((path) => (path === undefined ? EVERYTHING : quotePath(toContextPath(path))));
  return (paths.length === 0 ? [EVERYTHING] : paths).map((path) => ({ from, where, path }));
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
