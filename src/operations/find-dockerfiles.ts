import { isDockerfileName, isOfTests, isOthers, isTemplateName } from "../discovery/files.ts";
import { recognizeDockerfile } from "../dockerfile/recognize.ts";
import type { Discovery, LeftOut } from "../model/discovery.ts";
import type { Checkout, Contents } from "../ports.ts";

/** The Dockerfiles that git tracks, told apart. */
export interface FoundDockerfiles {
  readonly dockerfiles: ReadonlyMap<string, Uint8Array>;
  /** Those of tests and examples that no other file builds. */
  readonly doubtful: ReadonlyMap<string, Uint8Array>;
  readonly findings: readonly Discovery[];
}

/** No Dockerfile that somebody wrote is as large. */
const LARGEST = 256 * 1024;

/** Finds Dockerfiles by their names, and those with other names by their content. `isDeclared`: another file builds it. */
export async function findDockerfiles(
  checkout: Pick<Checkout, "read">,
  contents: Contents,
  isDeclared: (path: string) => boolean,
): Promise<FoundDockerfiles> {
  const named = (await contents.files()).filter((path) => isDockerfileName(path) || isDeclared(path));
  const holding = await contents.filesContaining(["FROM "]);
  const found = { dockerfiles: new Map<string, Uint8Array>(), doubtful: new Map<string, Uint8Array>() };
  const findings: Discovery[] = [];
  for (const path of [...new Set([...named, ...holding])].toSorted()) {
    const bytes = await checkout.read(path);
    if (bytes === undefined || bytes.length > LARGEST) continue;
    const verdict = judge(path, bytes, named.includes(path), isDeclared(path));
    if (verdict === "kept") found.dockerfiles.set(path, bytes);
    else if (verdict === "doubtful") found.doubtful.set(path, bytes);
    else if (verdict !== "other") findings.push({ kind: "left-out", file: path, reason: verdict });
  }
  // Where there is nothing else, tests and examples are what the repository is about.
  if (found.dockerfiles.size === 0) return { dockerfiles: found.doubtful, doubtful: new Map(), findings };
  return { ...found, findings };
}

function judge(
  path: string,
  bytes: Uint8Array,
  isNamed: boolean,
  isDeclared: boolean,
): "kept" | "doubtful" | "other" | LeftOut {
  const kind = recognizeDockerfile(bytes);
  // In a file that is not even called so, a template can be of anything.
  if (kind === "other" || (kind === "template" && !isNamed)) return "other";
  if (isOthers(path) && !isDeclared) return { why: "others" };
  if (kind === "template" || isTemplateName(path)) return { why: "template" };
  return isOfTests(path) && !isDeclared ? "doubtful" : "kept";
}
