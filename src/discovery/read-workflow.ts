import { posix } from "node:path";
import {
  allOf,
  fieldsOf,
  listOf,
  pathFrom,
  splitPair,
  textOf,
  type Declaration,
  type Declared,
} from "./declaration.ts";
import { matrixOf, type Combination } from "./expand-matrix.ts";
import { fillAll, fillExpressions, type Lookup } from "./fill-in.ts";

const BUILD = "docker/build-push-action@";
const METADATA = "docker/metadata-action@";

/** Inputs of the action that the configuration has no key for. What only caches is left out: nothing of the image hangs on it. */
const UNSUPPORTED = [
  ...["add-hosts", "allow", "annotations", "attests", "sbom"],
  ...["secret-envs", "secret-files", "secrets", "shm-size", "ssh", "ulimit"],
];

type Fields = Readonly<Record<string, unknown>>;

/** The images that a GitHub workflow builds by docker/build-push-action. */
export function readWorkflow(document: unknown, file: string, github: Lookup): Declared {
  const workflow = fieldsOf(document);
  const jobs = Object.entries(fieldsOf(workflow["jobs"]));
  return allOf(
    jobs.flatMap(([name, job]) => {
      const fields = fieldsOf(job);
      const env = { ...fieldsOf(workflow["env"]), ...fieldsOf(fields["env"]) };
      return matrixOf(fieldsOf(fieldsOf(fields["strategy"])["matrix"])).map((combination) =>
        readSteps(fields, `${file}: jobs.${name}`, lookupIn(env, combination, github)),
      );
    }),
  );
}

function lookupIn(env: Fields, combination: Combination, github: Lookup): Lookup {
  const lookup: Lookup = (name) => {
    const [head = "", ...path] = name.split(".");
    if (head === "matrix") return combination.get(path.join("."));
    if (head === "github") return github(path.join("."));
    const text = head === "env" ? textOf(env[path.join(".")]) : undefined;
    return text?.includes(`env.${path.join(".")}`) === true
      ? undefined
      : text && fillExpressions(text, lookup);
  };
  return lookup;
}

function readSteps(job: Fields, where: string, lookup: Lookup): Declared {
  const steps = listOf(job["steps"]).map(fieldsOf);
  const builds = steps.filter(({ uses }) => textOf(uses)?.startsWith(BUILD));
  const fill = (text: string) => fillExpressions(text, lookup);
  return allOf(builds.map(({ with: inputs }) => readBuild(fieldsOf(inputs), steps, where, fill)));
}

type Fill = (text: string) => string | undefined;

function readBuild(inputs: Fields, steps: readonly Fields[], where: string, fill: Fill): Declared {
  const text = (key: string) => textOf(inputs[key]);
  const written = text("context") ?? ".";
  const skip = (why: string): Declared => ({ declarations: [], skipped: [{ where, why }] });
  const filled = fill(written.replace(/^\{\{defaultContext\}\}:?/, "./"));
  if (filled === undefined) return skip(`the expression in its context, ${written}, has no value here`);
  const context = pathFrom(".", filled === "" ? "." : filled);
  if (context === undefined) return skip(`its context, ${filled}, is not in this checkout`);
  const file = fill(text("file") ?? posix.join(context, "Dockerfile"));
  const dockerfile = file === undefined ? undefined : pathFrom(".", file);
  if (dockerfile === undefined) return skip(`its Dockerfile, ${text("file") ?? ""}, is not known`);
  const target = fill(text("target") ?? "");
  const lines = (key: string) => linesOf(text(key));
  const args = fillAll(Object.fromEntries(pairs(lines("build-args"))), fill);
  const network = text("network");
  const declaration: Declaration = {
    where,
    dockerfile,
    context,
    ...(target === undefined || target === "" ? {} : { target }),
    args: args.known,
    references: lines("tags").flatMap((line) => referencesOf(line, steps, fill)),
    platforms: lines("platforms").flatMap((line) => fill(line) ?? []),
    labels: fillAll(Object.fromEntries(pairs(lines("labels"))), fill).known,
    ...(network === undefined ? {} : { network }),
    contexts: fillAll(Object.fromEntries(pairs(lines("build-contexts"))), fill).known,
    unsupported: [
      ...UNSUPPORTED.filter((key) => inputs[key] !== undefined),
      ...args.unknown.map((key) => `the argument ${key}, whose value only the workflow knows`),
    ],
  };
  return { declarations: [declaration], skipped: [] };
}

/** A list is written on lines, or between commas. */
function linesOf(text: string | undefined): readonly string[] {
  const lines = (text ?? "").split(/\n/).flatMap((line) => (line.includes("=") ? [line] : line.split(",")));
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

function pairs(lines: readonly string[]): readonly (readonly [string, string])[] {
  return lines.flatMap((line) => {
    const [key, value] = splitPair(line);
    return value === undefined || key === "" ? [] : [[key, value] as const];
  });
}

/** A tag as it is written, or the images of the step that makes the tags; where only the tag is not known, its name. */
function referencesOf(line: string, steps: readonly Fields[], fill: Fill): readonly string[] {
  const step = /^\$\{\{\s*steps\.([\w-]+)\.outputs\.tags\s*\}\}$/.exec(line)?.[1];
  if (step === undefined) {
    const name = /^(.*?):\$\{\{[^}]*\}\}[^/]*$/.exec(line)?.[1];
    return [fill(line) ?? (name === undefined ? undefined : fill(name))].flatMap((each) => each ?? []);
  }
  const made = steps.find(({ id, uses }) => textOf(id) === step && textOf(uses)?.startsWith(METADATA));
  const images = linesOf(textOf(fieldsOf(made?.["with"])["images"]));
  return images.flatMap((image) => fill(image.replace(/^name=/, "")) ?? []);
}

/** Images that a workflow runs its jobs and services in. */
export function imagesInWorkflow(document: unknown): readonly string[] {
  return Object.values(fieldsOf(fieldsOf(document)["jobs"])).flatMap((job) => {
    const { container, services } = fieldsOf(job);
    const all = [container, ...Object.values(fieldsOf(services))];
    return all.flatMap((each) => textOf(each) ?? textOf(fieldsOf(each)["image"]) ?? []);
  });
}
