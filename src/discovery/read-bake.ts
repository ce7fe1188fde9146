import { posix } from "node:path";
import {
  allOf,
  fieldsOf,
  listOf,
  pairsOf,
  pathFrom,
  textOf,
  type Declared,
  type Declaration,
} from "./declaration.ts";

/** Keys of a target that the configuration has none for. */
const UNSUPPORTED = [
  ...[
    "attest",
    "cache-from",
    "cache-to",
    "dockerfile-inline",
    "entitlements",
    "extra-hosts",
    "secret",
    "shm-size",
  ],
  ...["ssh", "ulimits"],
];

/** The names of the targets that a bake file has, and those of them that only stand in others' `inherits`. */
export interface BakeTargets {
  readonly names: readonly string[];
  readonly templates: readonly string[];
}

/** The targets of a bake file in HCL or JSON, found by its text: `buildx` prints those that it is asked for. */
export function targetsInBake(text: string, isJson: boolean): BakeTargets {
  const source = isJson ? "" : withoutComments(text);
  const document = isJson ? fieldsOf(parseJson(text)) : {};
  const names = isJson
    ? Object.keys(fieldsOf(document["target"]))
    : [...source.matchAll(/^[ \t]*target[ \t]+"([^"]+)"/gm)].map(([, name = ""]) => name);
  const inherited = isJson
    ? Object.values(fieldsOf(document["target"])).flatMap((target) => listOf(fieldsOf(target)["inherits"]))
    : [...source.matchAll(/\binherits[ \t]*=[ \t]*\[([^\]]*)\]/g)].flatMap(([, list = ""]) => quotedIn(list));
  const grouped = isJson
    ? Object.values(fieldsOf(document["group"])).flatMap((group) => listOf(fieldsOf(group)["targets"]))
    : [...source.matchAll(/\btargets[ \t]*=[ \t]*\[([^\]]*)\]/g)].flatMap(([, list = ""]) => quotedIn(list));
  const isTemplate = (name: string) =>
    !grouped.includes(name) && (name.startsWith("_") || inherited.includes(name));
  return { names: names.filter((name) => !isTemplate(name)), templates: names.filter(isTemplate) };
}

function withoutComments(text: string): string {
  return text.replace(/^[ \t]*(?:#|\/\/).*$/gm, "").replace(/\/\*[^]*?\*\//g, "");
}

function quotedIn(list: string): readonly string[] {
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
}

/** The targets of a bake file in JSON with `inherits` resolved, as `buildx` prints them where nothing is a variable. */
export function resolveBakeJson(text: string): unknown {
  const targets = fieldsOf(fieldsOf(parseJson(text))["target"]);
  const resolve = (name: string, above: readonly string[]): Readonly<Record<string, unknown>> => {
    const own = fieldsOf(targets[name]);
    const parents = listOf(own["inherits"]).flatMap((each) => textOf(each) ?? []);
    const inherited = parents.filter((parent) => !above.includes(parent));
    return inherited
      .map((parent) => resolve(parent, [...above, name]))
      .concat(own)
      .reduce(
        (all, each) => ({ ...all, ...each, args: { ...fieldsOf(all["args"]), ...fieldsOf(each["args"]) } }),
        {},
      );
  };
  return { target: Object.fromEntries(Object.keys(targets).map((name) => [name, resolve(name, [])])) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The images of a bake file, from what `docker buildx bake --print` says of it. */
export function readBake(
  printed: unknown,
  file: string,
  { templates }: Pick<BakeTargets, "templates">,
): Declared {
  const targets = Object.entries(fieldsOf(fieldsOf(printed)["target"]));
  return allOf(
    targets
      .filter(([name]) => !templates.includes(name))
      .map(([name, target]) => readTarget(name, fieldsOf(target), file)),
  );
}

function readTarget(name: string, target: Readonly<Record<string, unknown>>, file: string): Declared {
  const where = `${file}: target ${name}`;
  const skip = (why: string): Declared => ({ declarations: [], skipped: [{ where, why }] });
  const folder = posix.dirname(file);
  const written = textOf(target["context"]) ?? ".";
  const context = pathFrom(folder, written);
  if (context === undefined) return skip(`its context, ${written}, is not in this checkout`);
  if (target["dockerfile-inline"] !== undefined) return skip("its Dockerfile stands in the bake file");
  const dockerfile = pathFrom(context, textOf(target["dockerfile"]) ?? "Dockerfile");
  if (dockerfile === undefined) return skip("its Dockerfile is not in this checkout");
  const stage = textOf(target["target"]);
  const network = textOf(target["network"]);
  const declaration: Declaration = {
    where,
    name,
    dockerfile,
    context,
    ...(stage === undefined ? {} : { target: stage }),
    args: pairsOf(target["args"]),
    references: listOf(target["tags"]).flatMap((each) => textOf(each) ?? []),
    platforms: listOf(target["platforms"]).flatMap((each) => textOf(each) ?? []),
    labels: pairsOf(target["labels"]),
    ...(network === undefined ? {} : { network }),
    contexts: contextsOf(target["contexts"], folder),
    unsupported: UNSUPPORTED.filter((key) => target[key] !== undefined),
  };
  return { declarations: [declaration], skipped: [] };
}

function contextsOf(value: unknown, folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(pairsOf(value)).map(([name, text]) => [name, pathFrom(folder, text) ?? text]),
  );
}
