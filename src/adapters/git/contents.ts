/**
 * What the working tree holds, said in blob ids. git's index knows the ids of all files that have not changed since git saw
 * them; only the others are read. Where git converts what it keeps (line endings, filters), the blob is not what the
 * working tree has, and the file is read too.
 */
import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Contents, Foreseen, View } from "../../ports.ts";
import { directorySource, findContext } from "../files/context-files.ts";
import { walkContext } from "../files/walk-context.ts";
import type { Ahead } from "./ask-ahead.ts";
import { convertedBy, readAttributes, type Attributes, type Converted } from "./find-converted.ts";
import { findCommitted } from "./find-committed.ts";
import { findElsewhere } from "./find-elsewhere.ts";
import { findHolding, isRemembered, type HoldingMemory } from "./find-holding.ts";
import type { Folders } from "./folders.ts";
import { directoriesOf, indexSource } from "./index-source.ts";
import { once } from "./once.ts";
import { readIndex, type IndexState } from "./read-index.ts";
import { readSettings, type Settings } from "./read-settings.ts";
import { askGit, runGit, type AskGit } from "./run-git.ts";
import { beginSearch, type Search } from "./begin-search.ts";
import { markTree } from "./tree-mark.ts";
import { ifMissing, readRegularFile } from "./working-tree.ts";

/**
 * The contents of a working tree as they are now. `objectFormat` is the repository's hash: `sha1` or `sha256`. What is
 * foreseen is looked for at once, unless there was a run that has found it. `memory` is the checkout's, empty at first; `ahead` is
 * what was asked already, for the first time.
 */
export function openContents(
  folders: Folders,
  objectFormat: string,
  memory: ContentsMemory,
  { texts: foreseen = [], ids: asksForIds = true }: Foreseen = {},
  { ask, search, before: lookedBefore }: AskedAhead = NOTHING_AHEAD,
): Contents {
  const { root } = folders;
  let hasLooked = false;
  const early = foreseen.length > 0 && !isRemembered(folders, memory) ? begin() : undefined;
  let isFollowed = false;
  const reading = readAll(root, memory, asksForIds, ask);
  // What is wrong with it is told where it is used.
  reading.catch(() => undefined);
  const holding = once(async (texts: string) => {
    return findHolding(folders, (await reading).state, texts.split("\n"), memory, searchFor(texts)?.all);
  });
  const contextAt = once((directory: string) => findContext(root, directory));
  const directories = later(async () => {
    const { state, settings } = await reading;
    return directoriesOf(state, (await settings()).trustsModes);
  });
  const conversion = later(async () => {
    const { attributes, settings } = await reading;
    return convertedBy(await attributes(), (await settings()).autocrlf);
  });
  const sizes = later(async () => readSizes(root, (await reading).state, await conversion()));

  return {
    list: async (directory, filter, signal) => {
      const top = await contextAt(directory);
      const isLinked = top !== join(root, directory);
      const onLook = () => {
        hasLooked = true;
      };
      if (isLinked) onLook();
      const source = isLinked
        ? directorySource(top)
        : indexSource(root, directory, await directories(), onLook);
      return walkContext(source, filter, signal);
    },
    idsOf: async (paths, view) => {
      const marked = await holding(view.marks.join("\n"));
      const converted = await conversion();
      const { state } = await reading;
      const ids = new Map<string, string>();
      for (const path of paths) {
        const known = marked.has(path) ? undefined : knownId(path, state, converted);
        // Most are known, and to wait for each would take longer than to find it.
        const id =
          (known instanceof Promise ? await known : known) ??
          (await hashFile(root, path, view, objectFormat));
        if (id !== undefined) ids.set(path, id);
      }
      return ids;
    },
    filesContaining: async (texts) => [...(await holding(texts.join("\n")))].toSorted(),
    committedContaining: async (texts) => {
      const held = await holding(texts.join("\n"));
      return findCommitted(
        root,
        { state: (await reading).state, converted: await conversion(), held },
        texts,
      );
    },
    eachContaining: async function* (texts) {
      const key = texts.join("\n");
      const all = holding(key);
      all.catch(() => undefined);
      const search = searchFor(key);
      if (search !== undefined && !isFollowed) {
        isFollowed = true;
        yield* search.each();
      } else yield* await all;
    },
    elsewhere: async (texts, isWanted) => {
      const held = await holding(texts.join("\n"));
      return findElsewhere(folders, (await reading).state, texts, isWanted, held);
    },
    untrackedOf: async (paths) => {
      const { entryOf, doubtful } = (await reading).state;
      const modules = [...doubtful].filter((path) => entryOf(path)?.mode === "160000");
      const isInModule = (path: string) => modules.some((module) => path.startsWith(`${module}/`));
      return paths.filter((path) => entryOf(path) === undefined && !isInModule(path));
    },
    files: async () => {
      const { entries } = (await reading).state;
      return [...entries].flatMap(([path, { mode }]) => (mode.startsWith("100") ? path : []));
    },
    mark: async () => {
      const before = lookedBefore();
      return before === undefined || hasLooked ? undefined : markTree(folders, before, (await reading).state);
    },
  };

  function begin(): Search {
    return search(root, foreseen) ?? beginSearch(folders, foreseen);
  }

  function searchFor(texts: string): Search | undefined {
    return texts === foreseen.join("\n") ? early : undefined;
  }

  /** The id that the index has, if it is that of the file's bytes. */
  function knownId(
    path: string,
    state: IndexState,
    converted: Converted,
  ): string | undefined | Promise<string | undefined> {
    const id = blobOf(state, converted, path);
    if (id === undefined) return undefined;
    return converted.hasOtherEndings(path) ? idIfUnconverted(path, id) : id;
  }

  async function idIfUnconverted(path: string, id: string): Promise<string | undefined> {
    return (await hasSize(root, path, (await sizes()).get(id))) ? id : undefined;
  }
}

/** What was asked already, each of which is given once. */
export type AskedAhead = Pick<Ahead, "ask" | "search" | "before">;

const NOTHING_AHEAD: AskedAhead = { ask: askGit, search: () => undefined, before: () => undefined };

/** What git said before, so that it need not be asked again: each question costs a process. */
export interface ContentsMemory extends HoldingMemory {
  last?: Remembered;
}

interface Remembered {
  readonly state: IndexState;
  /** Of these files; those of `.git/info/attributes` and of the user's own file are as they were when this was first asked. */
  readonly attributes: Ask<Attributes>;
  /** Of the configuration as it was when the checkout was first asked for it. */
  readonly settings: Ask<Settings>;
}

/** Asks git once, when it is called: who only looks for texts need not know. */
type Ask<Answer> = () => Promise<Answer>;

async function readAll(
  root: string,
  memory: ContentsMemory,
  asksForIds: boolean,
  askFirst: AskGit,
): Promise<Remembered> {
  const { last } = memory;
  const isAtOnce = asksForIds && last === undefined;
  // What is asked only later is to be as it is then.
  const ask = isAtOnce ? askFirst : askGit;
  const attributes = later(() => readAttributes(root, ask));
  const settings = last?.settings ?? later(() => readSettings(root, ask));
  if (isAtOnce) for (const each of [attributes, settings]) void Promise.allSettled([each()]);
  const state = await readIndex(root, last === undefined ? askFirst : askGit);
  const isSame = last !== undefined && haveSameAttributes(last.state, state);
  memory.last = { state, attributes: isSame ? last.attributes : attributes, settings };
  return memory.last;
}

function later<Answer>(ask: Ask<Answer>): Ask<Answer> {
  const asked = once(ask);
  return () => asked("");
}

/** Whether the same files are tracked, and the files of the checkout that say what attributes they have are as they were. */
function haveSameAttributes(before: IndexState, now: IndexState): boolean {
  const untracked = ({ others }: IndexState) => others.filter(isAttributesFile).join("\0");
  // What was changed is in `raw`, too.
  for (const path of now.doubtful) if (isAttributesFile(path)) return false;
  return untracked(before) + untracked(now) === "" && Buffer.compare(before.raw, now.raw) === 0;
}

function isAttributesFile(path: string): boolean {
  return path.endsWith(".gitattributes");
}

/** The blob that the file is as git's index has it, but perhaps for its line endings. */
function blobOf({ entries }: IndexState, converted: Converted, path: string): string | undefined {
  const entry = entries.get(path);
  const isBlob = entry?.isCurrent === true && entry.mode.startsWith("100") && !converted.isFiltered(path);
  return isBlob ? entry.blob : undefined;
}

/** The sizes, in bytes, of the blobs of files that may have other line endings, by the blobs' ids. */
async function readSizes(
  root: string,
  state: IndexState,
  converted: Converted,
): Promise<ReadonlyMap<string, number>> {
  const wanted = [...state.entries.keys()].filter((path) => converted.hasOtherEndings(path));
  const input = wanted.map((path) => `${blobOf(state, converted, path) ?? ""}\n`).join("");
  const args = ["cat-file", "--batch-check=%(objectname) %(objectsize)"];
  const lines = (await runGit(root, args, { input })).toString().split("\n");
  return new Map(
    lines.map((line) => {
      const [id = "", size = ""] = line.split(" ");
      return [id, Number(size)];
    }),
  );
}

/** git only ever takes carriage returns away: a file as long as its blob is that blob. */
async function hasSize(root: string, path: string, size: number | undefined): Promise<boolean> {
  return (await lstat(join(root, path)).catch(ifMissing))?.size === size;
}

async function hashFile(
  root: string,
  path: string,
  view: View,
  objectFormat: string,
): Promise<string | undefined> {
  const bytes = await readRegularFile(root, path);
  if (bytes === undefined) return undefined;
  const seen = view.apply(path, bytes);
  return createHash(objectFormat).update(`blob ${seen.length}\0`).update(seen).digest("hex");
}
