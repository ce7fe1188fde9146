import { Buffer } from "node:buffer";
import type { Reference } from "../model/reference.ts";
import { globalArguments } from "./arguments.ts";
import { fromByteText } from "./byte-text.ts";
import { platformArguments } from "./platform-arguments.ts";
import { readDirectives } from "./read-directives.ts";
import type { DockerfileInput } from "./read-dockerfile.ts";
import { readStages } from "./read-stages.ts";
import { namedContexts } from "./resolve-name.ts";
import { splitInstructions } from "./split-instructions.ts";
import { splitLines } from "./split-lines.ts";
import { resolveStages } from "./stage-graph.ts";

/** The stages of a file as somebody sees them who has to choose one to build. */
export interface Targets {
  /** The names of all stages that have one, in lower case and in their order. */
  readonly names: readonly string[];
  /** Of these, the stages that no other stage is made of, but for the last: they are there only to be built. */
  readonly ends: readonly string[];
  /** The name of the last stage, if it has one. */
  readonly last?: string;
  /** The images that any stage names. */
  readonly images: readonly Reference[];
}

/** The stages that can be built. */
export function findTargets(input: Pick<DockerfileInput, "bytes" | "args" | "platform">): Targets {
  const lines = splitLines(Buffer.from(input.bytes).toString("latin1"));
  const { escape } = readDirectives(lines);
  const { globals: declarations, stages } = readStages(splitInstructions(lines, escape).instructions);
  const configured = new Map(Object.entries(input.args));
  const own = platformArguments(input.platform, "default");
  const { globals } = globalArguments(declarations, configured, own, escape);
  const contexts = namedContexts([]);
  const nodes = resolveStages(stages, { globals, configured, contexts, escape, triggersOf: () => [] });
  const lastName = stages.at(-1)?.name;
  const origins = nodes.flatMap(({ base, sources }) => [base, ...sources.map(({ origin }) => origin)]);
  const named = stages.flatMap(({ name }, index) =>
    name === undefined ? [] : [{ name: fromByteText(name), index }],
  );
  const used = new Set(origins.flatMap((origin) => (origin.kind === "stage" ? origin.stage : [])));
  const last = stages.length - 1;
  return {
    ...(lastName === undefined ? {} : { last: fromByteText(lastName) }),
    images: origins.flatMap((origin) => (origin.kind === "image" ? origin.reference : [])),
    names: named.map(({ name }) => name),
    ends: named.filter(({ index }) => index !== last && !used.has(index)).map(({ name }) => name),
  };
}
