import { posix } from "node:path";
import { allOf, type Declared } from "../discovery/declaration.ts";
import {
  isBakeFile,
  isComposeFile,
  isOfTests,
  isOthers,
  isWorkflow,
  readEnvironment,
} from "../discovery/files.ts";
import { repositoryPath } from "../discovery/find-registry.ts";
import { readAncestor, type Ancestor } from "../discovery/read-ancestor.ts";
import { readBake, resolveBakeJson, targetsInBake } from "../discovery/read-bake.ts";
import { imagesInCompose, readCompose } from "../discovery/read-compose.ts";
import { imagesInWorkflow, readWorkflow } from "../discovery/read-workflow.ts";
import type { BakeReader, Checkout, Contents } from "../ports.ts";
import { parseYaml } from "../references/parse-yaml.ts";

/** What it takes to look at a repository. */
export interface Outlook {
  readonly checkout: Pick<Checkout, "root" | "read" | "remoteUrl">;
  readonly contents: Contents;
  readonly bake: BakeReader;
  readonly signal: AbortSignal;
}

/** What other tools' files say. */
export interface ReadDeclarations extends Required<Declared> {
  /** Images that they name, as they are written. */
  readonly references: readonly string[];
  readonly ancestors: readonly Ancestor[];
}

/** Reads all files of other tools that say which images there are. What says most of an image comes first. */
export async function readDeclarations(outlook: Outlook): Promise<ReadDeclarations> {
  const files = (await outlook.contents.files()).filter((path) => !isOthers(path) && !isOfTests(path));
  const ancestors = await readAncestors(outlook, files);
  const bakes: Declared[] = [];
  for (const file of files.filter(isBakeFile)) bakes.push(await readBakeFile(outlook, file));
  const workflows = await readAll(outlook, files.filter(isWorkflow));
  const github = githubLookup(await outlook.checkout.remoteUrl());
  const composes = await readAll(outlook, files.filter(isComposeFile));
  const read: Declared[] = workflows.map(({ file, document }) => readWorkflow(document, file, github));
  const references = workflows.flatMap(({ document }) => imagesInWorkflow(document));
  for (const { file, document } of composes) {
    const variables = readEnvironment(await textAt(outlook, posix.join(posix.dirname(file), ".env")));
    const lookup = (name: string) => variables.get(name);
    read.push(readCompose(document, file, lookup));
    references.push(...imagesInCompose(document, lookup));
  }
  return { ...allOf([...bakes, ...read]), references, ancestors };
}

async function textAt({ checkout }: Outlook, path: string): Promise<string> {
  return new TextDecoder().decode((await checkout.read(path)) ?? new Uint8Array());
}

async function readAll(outlook: Outlook, files: readonly string[]) {
  const documents: { readonly file: string; readonly document: unknown }[] = [];
  for (const file of files) documents.push({ file, document: parseYaml(await textAt(outlook, file)) });
  return documents;
}

async function readAncestors(outlook: Outlook, files: readonly string[]): Promise<readonly Ancestor[]> {
  const scripts = await outlook.contents.filesContaining(["IMAGES_TO_DEPENDENCIES"]);
  const tables = files.filter((path) => posix.basename(path) === "image_deps.json");
  const found: Ancestor[] = [];
  for (const file of [...scripts.filter((path) => path.endsWith(".py")), ...tables]) {
    const ancestor = readAncestor(await textAt(outlook, file), file);
    if (ancestor !== undefined) found.push(ancestor);
  }
  return found;
}

async function readBakeFile(outlook: Outlook, file: string): Promise<Declared> {
  const text = await textAt(outlook, file);
  const isJson = file.endsWith(".json");
  const targets = targetsInBake(text, isJson);
  if (targets.names.length === 0) return allOf([]);
  const answer = await outlook.bake.print(`${outlook.checkout.root}/${file}`, targets.names, outlook.signal);
  if ("printed" in answer) return readBake(answer.printed, file, targets);
  if (isJson) return readBake(resolveBakeJson(text), file, targets);
  return {
    declarations: [],
    skipped: [{ where: file, why: `docker buildx bake could not read it: ${answer.why}` }],
  };
}

/** What `github.repository` and `github.repository_owner` are where the workflow runs. */
function githubLookup(remote: string | undefined): (name: string) => string | undefined {
  const path = repositoryPath(remote);
  return (name) => {
    if (name === "repository") return path;
    if (name === "repository_owner") return path?.split("/")[0];
    if (name === "event.repository.name") return path?.split("/").at(-1);
    return name === "workspace" ? "." : undefined;
  };
}
