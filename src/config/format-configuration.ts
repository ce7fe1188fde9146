import type { Configuration, ImageConfiguration } from "./define-config.ts";

/** What a configuration says beside its values. */
export interface Remarks {
  /** Lines above `registry`. */
  readonly registry: readonly string[];
  /** Lines above an image, by its name. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  /** Lines below the images. */
  readonly end: readonly string[];
}

const WIDTH = 100;

/** Fewer are written one by one. */
const FEWEST_ALIKE = 4;

const HEAD = `import { defineConfig } from "manage-images";

// The images of this repository. What each is built on is read from its Dockerfile.
// \`manage-images graph\` shows it, \`manage-images --image all --dry-run\` what a run would do.
export default defineConfig({
`;

/** A configuration as a program that says it, for people to read and to change. */
export function formatConfiguration({ registry, images, ...top }: Configuration, remarks: Remarks): string {
  const lines = [
    ...remarks.registry.map((line) => `// ${line}`),
    `registry: ${quote(registry ?? "")},`,
    ...Object.entries(top).map(([key, value]) => `${key}: ${formatValue(value)},`),
    "images: {",
    ...formatImages(images, remarks).map((line) => `  ${line}`),
    ...remarks.end.map((line) => `  // ${line}`),
    "},",
  ];
  return `${HEAD}${lines.map((line) => `  ${line}\n`).join("")}});\n`;
}

type Entry = readonly [name: string, image: ImageConfiguration];

function formatImages(images: Configuration["images"], remarks: Remarks): readonly string[] {
  const groups = groupAlike(Object.entries(images), remarks);
  return groups.flatMap((group) =>
    group.length >= FEWEST_ALIKE ? formatLoop(group) : group.flatMap((entry) => formatImage(entry, remarks)),
  );
}

/** Images that only differ by their names stand together, at the place of the first. */
function groupAlike(entries: readonly Entry[], { images }: Remarks): readonly (readonly Entry[])[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const [name, image] = entry;
    const isPlain = Object.keys(image).length === 0 || images.has(name);
    const key = isPlain ? `one ${name}` : `like ${JSON.stringify(parametrize(image, name))}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const few = (group: readonly Entry[]) => group.length < FEWEST_ALIKE;
  const kept = new Set([...groups.values()].filter((group) => !few(group)).map(([first]) => first));
  const grouped = [...groups.values()].filter((group) => !few(group));
  return entries.flatMap((entry) => {
    const group = grouped.find((each) => each.includes(entry));
    if (group === undefined) return [[entry]];
    return kept.has(entry) ? [group] : [];
  });
}

/** What stands for the name in a loop. It is no character of any value. */
const NAME = "\0";

function parametrize(value: unknown, name: string): unknown {
  if (typeof value === "string") return withoutName(value, name);
  if (Array.isArray(value)) return value.map((each) => parametrize(each, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, parametrize(each, name)]));
}

function withoutName(text: string, name: string): string {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![A-Za-z0-9_-])${quoted}(?![A-Za-z0-9_-])`, "g"), NAME);
}

function formatLoop(group: readonly Entry[]): readonly string[] {
  const [[name, image] = ["", {}]] = group;
  const names = formatValue(group.map(([each]) => each));
  const entry = formatValue(parametrize(image, name));
  return [
    "...Object.fromEntries(",
    `  ${names}.map((name) => [`,
    "    name,",
    ...`${entry},`.split("\n").map((line) => `    ${line}`),
    "  ]),",
    "),",
  ];
}

function formatImage([name, image]: Entry, { images }: Remarks): readonly string[] {
  const value = formatValue(image, key(name).length + 8);
  return [...(images.get(name) ?? []).map((line) => `// ${line}`), ...`${key(name)}: ${value},`.split("\n")];
}

/** On one line if it fits there. `indent` is what stands before it. */
function formatValue(value: unknown, indent = 12): string {
  const line = onOneLine(value);
  if (line.length + indent <= WIDTH || typeof value !== "object" || value === null) return line;
  const inner = Array.isArray(value)
    ? value.map((each) => formatValue(each))
    : Object.entries(value).map(([name, each]) => `${key(name)}: ${formatValue(each, name.length + 12)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const lines = inner.flatMap((each) => `${each},`.split("\n")).map((each) => `  ${each}`);
  return [open, ...lines, close].join("\n");
}

function onOneLine(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(([name, each]) => `${key(name)}: ${onOneLine(each)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : JSON.stringify(name);
}

/** As JSON, or as a template where the name of the loop's image stands in it. */
function quote(text: string): string {
  if (!text.includes(NAME)) return JSON.stringify(text);
  if (text === NAME) return "name";
  const escaped = text.replace(/[\\`]|\$\{/g, (found) => `\\${found}`);
  return `\`${escaped.replaceAll(NAME, "${name}")}\``;
}
