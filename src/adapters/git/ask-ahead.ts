/**
 * Asks git what a command will ask, before the command is loaded: git looks at the working tree while our own program is
 * read. And a process is started faster as long as there is little memory of ours.
 */
import { lstatSync } from "node:fs";
import { ATTRIBUTES } from "./find-converted.ts";
import { lockFile, revisionFolder, type Folders } from "./folders.ts";
import { locate, type Located } from "./locate.ts";
import { LIST } from "./read-index.ts";
import { SETTINGS } from "./read-settings.ts";
import { askGit, type AskGit, type Question } from "./run-git.ts";

/** What was asked ahead. */
export interface Ahead {
  /** The directory that it was asked about. */
  readonly directory: string;
  readonly located: Promise<Located>;
  /** Gives each answer once, to the same question in the same folder. Other questions are asked now. */
  readonly ask: AskGit;
  /** Forgets the answers if a run may have written since they were asked for. To be called before a run begins. */
  readonly beginRun: () => void;
  /** Ends what was asked and is not answered. */
  readonly end: () => void;
}

const QUESTIONS = [LIST, ATTRIBUTES, SETTINGS];

/** Asks where the checkout of a directory is and, as soon as that is known, what is in it. */
export function askAhead(directory: string): Ahead {
  const end = new AbortController();
  let quiet: Quiet | undefined;
  const answers = new Map<Question, Promise<Buffer>>();
  const located = locate(directory).then((found) => {
    quiet = end.signal.aborted ? undefined : findQuiet(found.folders);
    if (quiet === undefined) return found;
    for (const question of QUESTIONS)
      answers.set(question, asLater(askGit(found.folders.root, question, end.signal)));
    return found;
  });
  return {
    directory,
    located: asLater(located),
    ask: (folder, question) => {
      const answer = folder === quiet?.folders.root ? answers.get(question) : undefined;
      answers.delete(question);
      return answer ?? askGit(folder, question);
    },
    beginRun: () => {
      if (quiet !== undefined && findQuiet(quiet.folders)?.since !== quiet.since) answers.clear();
    },
    end: () => {
      end.abort();
    },
  };
}

/** What is wrong with it is told where it is used. */
function asLater<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

/** That no run is at work in a clone. Each that begins and ends, or writes, changes the time. */
interface Quiet {
  readonly folders: Folders;
  readonly since: bigint;
}

/** `undefined` where a run is at work, was killed while it wrote, or was never made. */
function findQuiet(folders: Folders): Quiet | undefined {
  const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (isThere(lockFile(folders)) || isThere(revisionFolder(folders))) return undefined;
  const stats = lstatSync(folders.private, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : { folders, since: stats.mtimeNs };
}
