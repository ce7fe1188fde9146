import type * as Yaml from "yaml";
import { isReferenceField, type Fields, type Value } from "./fields.ts";

/** The parts of a document that are looked at, and where anchors and merges lead. */
interface Walk {
  readonly yaml: typeof Yaml;
  readonly source: string;
  /** What each anchor stands for at this point of the document. */
  readonly anchors: Map<string, Yaml.Node>;
  /** The fields of each map that has been read to its end; `undefined` if they cannot be known. */
  readonly read: Map<Yaml.Node, Fields | undefined>;
}

/**
 * The fields of every map of a document, at any depth, with what aliases stand for and what `<<` merges in. A map whose
 * fields cannot be known is left out. Throws where an alias stands for nothing.
 */
export function fieldsInYaml(yaml: typeof Yaml, document: Yaml.Document, source: string): readonly Fields[] {
  const walk: Walk = { yaml, source, anchors: new Map(), read: new Map() };
  visit(walk, document.contents);
  return [...walk.read.values()].filter((fields) => fields !== undefined);
}

/** Goes through the nodes as they are written, so that an alias finds the last anchor before it. */
function visit(walk: Walk, node: unknown): void {
  const { yaml, anchors } = walk;
  if (!yaml.isNode(node)) return;
  if (!yaml.isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  targetOf(walk, node);
  if (yaml.isSeq(node)) for (const item of node.items) visit(walk, item);
  if (yaml.isMap(node)) visitMap(walk, node);
}

function visitMap(walk: Walk, map: Yaml.YAMLMap): void {
  const own = new Map<string, Value>();
  const inherited: (Fields | undefined)[] = [];
  for (const { key, value } of map.items) {
    visit(walk, key);
    visit(walk, value);
    const name = nameOf(walk, key);
    if (name === "<<") inherited.push(...merged(walk, value));
    else if (name !== undefined && isReferenceField(name))
      own.set(name, own.has(name) ? "unknown" : valueOf(walk, value));
  }
  const isKnown = inherited.every((fields) => fields !== undefined);
  walk.read.set(map, isKnown ? combine(own, inherited) : undefined);
}

/** What a map has itself counts most, then what is merged first. */
function combine(own: Fields, inherited: readonly (Fields | undefined)[]): Fields {
  return new Map([...inherited.toReversed(), own].flatMap((fields) => [...(fields ?? [])]));
}

/** The fields of the maps that `<<` names; a map that is still being read has none that are known. */
function merged(walk: Walk, value: unknown): readonly (Fields | undefined)[] {
  const target = targetOf(walk, value);
  if (walk.yaml.isSeq(target))
    return target.items.map((item) => walk.read.get(targetOf(walk, item) as Yaml.Node));
  return [walk.read.get(target as Yaml.Node)];
}

/** Throws where an alias stands for nothing: the document means nothing, either. */
function targetOf({ yaml, anchors }: Walk, node: unknown): unknown {
  if (!yaml.isAlias(node)) return node;
  const target = anchors.get(node.source);
  if (target === undefined) throw new Error(`there is no anchor ${node.source}`);
  return target;
}

function nameOf(walk: Walk, key: unknown): string | undefined {
  const target = targetOf(walk, key);
  return walk.yaml.isScalar(target) && typeof target.value === "string" ? target.value : undefined;
}

/** A number is what is written: as a tag, `1.10` is not `1.1`. */
function valueOf(walk: Walk, node: unknown): Value {
  const target = targetOf(walk, node);
  if (target === null) return { text: "" };
  if (!walk.yaml.isScalar(target) || !target.range) return "unknown";
  const [from, to] = target.range;
  const written = walk.source.slice(from, to);
  if (target.value === null) return { text: "" };
  const text = typeof target.value === "string" ? target.value : written;
  const at = written.indexOf(text);
  return at < 0 ? { text } : { text, start: from + at };
}
