import { posix } from "node:path";
import {
  allOf,
  fieldsOf,
  listOf,
  NOTHING,
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

/** What a bake file has, as far as its text tells. */
export interface BakeTargets {
  readonly names: readonly string[];
  /** Those that others inherit from and that are in no group: what is the same for several. */
  readonly shared: readonly string[];
}

/** Tags for actions of a workflow to replace; no image by themselves. */
const SPECIAL = ["docker-metadata-action", "ghaction-docker-meta"];

/** The targets of a bake file in HCL or JSON, found by its text: `buildx` prints those that it is asked for. */
export function targetsInBake(text: string, isJson: boolean): BakeTargets {
  const { names, inherited, grouped } = isJson ? listsInJson(text) : listsInHcl(withoutComments(text));
  const real = names.filter((name) => !name.startsWith("_") && !SPECIAL.includes(name));
  return { names: real, shared: real.filter((name) => inherited.includes(name) && !grouped.includes(name)) };
}

function listsInJson(text: string) {
  const { target, group } = fieldsOf(parseJson(text));
  const lists = (blocks: unknown, key: string) =>
    Object.values(fieldsOf(blocks)).flatMap((block) => listOf(fieldsOf(block)[key]).flatMap(textsOf));
  return {
    names: Object.keys(fieldsOf(target)),
    inherited: lists(target, "inherits"),
    grouped: lists(group, "targets"),
  };
}

function textsOf(value: unknown): readonly string[] {
  return [textOf(value)].flatMap((text) => text ?? []);
}

function listsInHcl(source: string) {
  const lists = (pattern: RegExp) => [...source.matchAll(pattern)].flatMap(([, list = ""]) => quotedIn(list));
  return {
    names: [...source.matchAll(/^[ \t]*target[ \t]+"([^"]+)"/gm)].map(([, name = ""]) => name),
    inherited: lists(/\binherits[ \t]*=[ \t]*\[([^\]]*)\]/g),
    grouped: lists(/\btargets[ \t]*=[ \t]*\[([^\]]*)\]/g),
  };
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
export function readBake(printed: unknown, file: string, { shared }: Pick<BakeTargets, "shared">): Declared {
  const targets = Object.entries(fieldsOf(fieldsOf(printed)["target"])).map(
    ([name, target]) => [name, fieldsOf(target)] as const,
  );
  return allOf(
    targets
      .filter(([name, { tags }]) => !(shared.includes(name) && listOf(tags).length === 0))
      .map(([name, target]) => {
        const read = readTarget(name, target, file);
        return isImage(listOf(target["output"])) ? read : { ...NOTHING, others: read.declarations };
      }),
  );
}

/** Whether what is made is an image: files and the results of checks are none. */
function isImage(outputs: readonly unknown[]): boolean {
  const types = outputs.map((output) => {
    const text = textOf(output);
    return text === undefined ? textOf(fieldsOf(output)["type"]) : /(?:^|,)type=([\w-]+)/.exec(text)?.[1];
  });
  return (
    types.length === 0 || types.some((type) => ["docker", "image", "registry", "oci"].includes(type ?? ""))
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
