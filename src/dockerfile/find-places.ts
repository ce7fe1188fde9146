/** Where in a Dockerfile the digests of what it is built from stand, or would. */
import { Buffer } from "node:buffer";
import type { Hindrance } from "../model/pinning.ts";
import type { Reference } from "../model/reference.ts";
import { endOfReference, type FromArguments } from "./argument-end.ts";
import { globalArguments, type GlobalArgument } from "./arguments.ts";
import { platformArguments } from "./platform-arguments.ts";
import { readDirectives } from "./read-directives.ts";
import { readDockerfile, type DockerfileInput } from "./read-dockerfile.ts";
import { readStages, type Stages } from "./read-stages.ts";
import { splitInstructions, type Instruction, type Range } from "./split-instructions.ts";
import { splitLines } from "./split-lines.ts";
import type { BaseUse } from "./uses.ts";

/** A reference of a Dockerfile and where its digest ends, or would end. */
export interface Place {
  /** What BuildKit would fetch. */
  readonly reference: Reference;
  /** Where the instruction has it. */
  readonly written: Range;
  /** The line to be shown, counted from 1. */
  readonly line: number;
  readonly end: PlaceEnd;
}

/** A byte offset, or why there is none. */
export type PlaceEnd =
  | { readonly kind: "open"; readonly offset: number; readonly line: number }
  | { readonly kind: "closed"; readonly hindrance: Hindrance };

/** A name that a stage can have, and an image of Docker Hub. */
const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

/** The places of all that stands in the file and that BuildKit would fetch for the target, or for what is built on it. */
export function findPlaces(input: DockerfileInput): readonly Place[] {
  const file = openFile(input);
  const { uses, triggerUses } = readDockerfile(input);
  const seen = new Set(uses.map(({ written }) => written?.start));
  const held = triggerUses.filter(({ written }) => !seen.has(written?.start));
  return [
    ...uses.flatMap((use) => placeOf(use, file)),
    ...held.flatMap((use) => placeOf(use, file).map(asTrigger)),
  ];
}

interface File {
  readonly text: string;
  readonly stages: Stages;
  readonly instructions: readonly Instruction[];
  readonly known: FromArguments;
}

function openFile(input: DockerfileInput): File {
  const text = Buffer.from(input.bytes).toString("latin1");
  const lines = splitLines(text);
  const { escape } = readDirectives(lines);
  const { instructions } = splitInstructions(lines, escape);
  const stages = readStages(instructions);
  const own = platformArguments(input.platform, input.target ?? "");
  const configured = new Map(Object.entries(input.args));
  const { globals } = globalArguments(stages.globals, configured, own, escape);
  const known = {
    globals,
    isConfigured: (name: string) => configured.has(name),
    isPlatform: (name: string) => Object.hasOwn(own, name) && !configured.has(name),
  };
  return { text, stages, instructions, known };
}

function placeOf({ reference, where, written, line }: BaseUse, file: File): readonly Place[] {
  if (written === undefined) return [];
  const end: PlaceEnd =
    where === "from" ? endOfFrom(written, line, file) : { kind: "open", offset: written.end, line };
  return [{ reference, written, line, end }];
}

/** Where the trigger is run, a bare name may be a stage's. */
function asTrigger(place: Place): Place {
  const { name, tag, digest } = place.reference;
  const isImage = tag !== undefined || digest !== undefined || !STAGE_NAME.test(name);
  return isImage ? place : { ...place, end: { kind: "closed", hindrance: { kind: "may-be-stage" } } };
}

function endOfFrom(written: Range, line: number, file: File): PlaceEnd {
  const text = file.text.slice(written.start, written.end);
  const end = endOfReference(text, file.known);
  switch (end.kind) {
    case "text":
      return { kind: "open", offset: written.start + end.index, line };
    case "hindered":
      return { kind: "closed", hindrance: end.hindrance };
    case "default":
      return endOfDefault(end.argument, end.isWhole, file);
  }
}

function endOfDefault(argument: string, isWhole: boolean, file: File): PlaceEnd {
  const value = file.known.globals.get(argument)?.written;
  if (value === undefined) return { kind: "closed", hindrance: { kind: "composed-argument", argument } };
  const line = isWhole ? undefined : lineOfOtherUse(argument, value, file);
  if (line !== undefined) return { kind: "closed", hindrance: { kind: "used-elsewhere", argument, line } };
  return { kind: "open", offset: value.end - quoteAtEnd(file.text, value), line: value.line };
}

function quoteAtEnd(text: string, { end }: NonNullable<GlobalArgument["written"]>): number {
  return /["']/.test(text.charAt(end - 1)) ? 1 : 0;
}

/** A tag with a digest is no version number: the argument must not be used for anything but this. */
function lineOfOtherUse(argument: string, { start }: Range, { stages, instructions }: File) {
  const names = new RegExp(`\\b${argument}\\b`);
  const declaration = stages.globals.findLast(({ pieces }) => (pieces[0]?.offset ?? 0) <= start);
  const bases = stages.stages.filter(({ base }) => names.test(base.text)).map(({ base }) => base.text);
  const others = instructions.filter((instruction) => {
    if (!names.test(instruction.text + instruction.bodies)) return false;
    if (instruction.pieces[0]?.offset === declaration?.pieces[0]?.offset)
      return isNamedTwice(instruction, argument);
    return instruction.keyword !== "from" || new Set(bases).size > 1;
  });
  return others[0]?.line;
}

function isNamedTwice({ text }: Instruction, argument: string): boolean {
  return [...text.matchAll(new RegExp(`\\b${argument}\\b`, "g"))].length > 1;
}
