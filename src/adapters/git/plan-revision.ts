import { join } from "node:path";
import type { Revision } from "../../ports.ts";
import { readBlobs } from "./blobs.ts";
import type { Folders } from "./folders.ts";
import { isFile, planFile, type Contents, type FilePlan, type Skipped } from "./plan-file.ts";
import { readTracked, readTrackedOpaque, type Tracked, type Version } from "./read-tracked.ts";
import { runGit, splitNul } from "./run-git.ts";
import { exists, readRegularFile } from "./working-tree.ts";

/** In bytes. */
const MOST_AHEAD = 16_000_000;

/** What a revision would do to each file. */
export interface RevisionPlan {
  readonly plans: readonly FilePlan[];
  readonly skipped: readonly Skipped[];
}

/** Reads every version of every file and decides about each; without a `head`, the working tree's alone. Changes nothing. */
export async function planRevision(
  folders: Folders,
  revision: Revision,
  head?: string,
): Promise<RevisionPlan> {
  const paths = [...new Set([...revision.paths, ...revision.creates])];
  const tracking = head === undefined ? readTrackedOpaque(folders, paths) : readTracked(folders, paths, head);
  const [read, tracked] = await Promise.all([readAhead(folders, paths), tracking]);
  const [ignored, blobs] = await Promise.all([
    // What git's index has it does not ignore.
    ignoredAmong(
      folders,
      revision.creates.filter((path) => tracked.get(path)?.index === undefined),
    ),
    readBlobs(folders, [...tracked.values()].flatMap(blobsOf)),
  ]);
  const plans: FilePlan[] = [];
  const skipped: Skipped[] = [];
  for (const path of paths) {
    const contents = await contentsOf(folders, path, tracked.get(path), blobs, read);
    const plan = planFile(
      { ...contents, isAddable: head !== undefined && !ignored.includes(path) },
      revision,
    );
    if (plan === undefined) continue;
    if ("why" in plan) skipped.push(plan);
    else plans.push(plan);
  }
  const notAdded = ignored.filter((path) => plans.some((plan) => plan.path === path));
  return { plans, skipped: [...skipped, ...notAdded.map((path) => ({ path, why: "git ignores it" }))] };
}

/** The first of the working tree's files, by path: while git looks up the rest. */
async function readAhead({ root }: Folders, paths: readonly string[]): Promise<WorkingFiles> {
  const read = new Map<string, Uint8Array | undefined>();
  let bytes = 0;
  for (const path of paths) {
    if (bytes > MOST_AHEAD) break;
    const working = await readRegularFile(root, path);
    read.set(path, working);
    bytes += working?.length ?? 0;
  }
  return read;
}

/** Contents of files that were read; `undefined` where there is none. */
type WorkingFiles = ReadonlyMap<string, Uint8Array | undefined>;

function blobsOf({ index, head }: Tracked): readonly string[] {
  return [index, head].flatMap((version) => (version !== undefined && isFile(version) ? [version.blob] : []));
}

async function contentsOf(
  { root }: Folders,
  path: string,
  tracked: Tracked | undefined,
  blobs: ReadonlyMap<string, Uint8Array>,
  read: WorkingFiles,
): Promise<Omit<Contents, "isAddable">> {
  const bytes = (version: Version | undefined) =>
    version === undefined ? undefined : blobs.get(version.blob);
  const working = read.has(path) ? read.get(path) : await readRegularFile(root, path);
  const isBlocked = working === undefined && (await exists(join(root, path)));
  return { path, working, isBlocked, tracked, index: bytes(tracked?.index), head: bytes(tracked?.head) };
}

/** Files that are to be created and that git would not add. */
async function ignoredAmong({ root }: Folders, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${path}\0`).join("");
  return splitNul(await runGit(root, ["check-ignore", "-z", "--stdin"], { input, accepts: [0, 1] }));
}
