/**
 * YAML as most of it is written: keys with their values on lines of their own, and lists. Where a document has anything
 * else, if only in one line, it is left to the reader that knows all of YAML and takes many times as long. What is read here
 * means the same to both (decision 66).
 */
import { isReferenceField, type Fields, type Value } from "./fields.ts";

/** Tabs, carriage returns and what is beyond ASCII. */
const UNUSUAL = /[^\n -~]/;
const START = /^---(?: +#.*| *)$/;
const KEY = /([A-Za-z0-9_][\w./-]{0,200}):(?= |$)/y;
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')(?: +#.*| *)$/;
const EMPTY_COLLECTION = /^(?:\[\]|\{\})(?: +#.*| *)$/;
/** How a plain text begins: with none of the characters that mean something there. */
const PLAIN = /^[\w./$(+]/;
const KEY_WITHIN = /:(?: |$)/;
const NULL = /^(?:null|Null|NULL)$/;

const NOTHING: Value = { text: "" };
/** The other reader gives up on what is much deeper. */
const DEEPEST = 100;

/** A map or list to which more may belong. */
interface Open {
  readonly kind: "map" | "list";
  /** At which its keys or dashes stand. */
  readonly column: number;
  readonly fields: Map<string, Value>;
  /** Whether there is nothing yet behind its last key or dash. */
  isWaiting: boolean;
  /** The last key, and whether the map had it before. */
  key: string;
  isRepeated: boolean;
}

/** What has been read. */
interface Reading {
  readonly open: Open[];
  readonly maps: Fields[];
  isBegun: boolean;
}

/** The fields of every map of a document; `undefined` if it is not that plain. */
export function readPlainYaml(document: string): readonly Fields[] | undefined {
  if (UNUSUAL.test(document)) return undefined;
  const reading: Reading = { open: [], maps: [], isBegun: false };
  let start = 0;
  for (const line of document.split("\n")) {
    const isRead = start === 0 && START.test(line) ? true : readLine(reading, line, start);
    if (!isRead) return undefined;
    start += line.length + 1;
  }
  return reading.maps;
}

/** Whether the line, which begins at `start`, could be read. */
function readLine(reading: Reading, line: string, start: number): boolean {
  let at = skipSpaces(line, 0);
  let owner: Open | undefined;
  while (isDash(line, at)) {
    owner = place(reading, "list", at, "");
    if (owner === undefined) return false;
    at = skipSpaces(line, at + 1);
  }
  if (isNothing(line, at)) return true;
  KEY.lastIndex = at;
  const key = KEY.exec(line)?.[1];
  if (key !== undefined) {
    owner = place(reading, "map", at, key);
    at = skipSpaces(line, at + key.length + 1);
    if (owner !== undefined && isNothing(line, at)) return true;
  }
  const value = owner && valueOf(line.slice(at), start + at);
  if (owner === undefined || value === undefined) return false;
  fill(owner, value);
  return true;
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line[at] === " ") at += 1;
  return at;
}

function isDash(line: string, at: number): boolean {
  return line[at] === "-" && (at + 1 === line.length || line[at + 1] === " ");
}

/** Behind a space, or at the beginning of a line. */
function isNothing(line: string, at: number): boolean {
  return at === line.length || line[at] === "#";
}

/** The map or list that a key or dash belongs to; `undefined` where it cannot stand there. */
function place(reading: Reading, kind: Open["kind"], column: number, key: string): Open | undefined {
  const { open, maps } = reading;
  while ((open.at(-1)?.column ?? -1) > column) open.pop();
  // A list may stand at the column of the key whose value it is.
  if (kind === "map" && open.at(-1)?.kind === "list" && open.at(-1)?.column === column) {
    open.pop();
    if (open.at(-1)?.column !== column) return undefined;
  }
  const top = open.at(-1);
  if (top?.column === column && top.kind === kind) return next(top, key);
  if (top === undefined ? reading.isBegun : !top.isWaiting || open.length > DEEPEST) return undefined;
  if (top?.column === column && top.kind === "list") return undefined;
  if (top !== undefined) fill(top, "unknown");
  const opened: Open = { kind, column, fields: new Map(), isWaiting: true, key, isRepeated: false };
  reading.isBegun = true;
  open.push(opened);
  if (kind === "map") maps.push(opened.fields);
  return next(opened, key);
}

function next(owner: Open, key: string): Open {
  owner.key = key;
  owner.isRepeated = owner.fields.has(key);
  fill(owner, NOTHING);
  owner.isWaiting = true;
  return owner;
}

function fill(owner: Open, value: Value): void {
  owner.isWaiting = false;
  if (owner.kind === "map" && isReferenceField(owner.key))
    owner.fields.set(owner.key, owner.isRepeated ? "unknown" : value);
}

/** What a key or dash has on its line; `undefined` if that is not plain. */
function valueOf(written: string, start: number): Value | undefined {
  const quoted = QUOTED.exec(written);
  if (quoted !== null) return { text: quoted[1] ?? quoted[2] ?? "", start: start + 1 };
  if (EMPTY_COLLECTION.test(written)) return "unknown";
  const comment = written.indexOf(" #");
  const text = (comment < 0 ? written : written.slice(0, comment)).trimEnd();
  if (!PLAIN.test(text) || KEY_WITHIN.test(text)) return undefined;
  return NULL.test(text) ? NOTHING : { text, start };
}
