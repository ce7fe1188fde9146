/**
 * Asks git what a command will ask, before the command is loaded: git looks at the working tree while our own program is
 * read. And a process is started faster as long as there is little memory of ours.
 */
import type { Foreseen } from "../../ports.ts";
import { ATTRIBUTES } from "./find-converted.ts";
import { findQuiet, isStillQuiet, type Quiet } from "./find-quiet.ts";
import type { Located } from "./locate.ts";
import { LIST } from "./read-index.ts";
import { SETTINGS } from "./read-settings.ts";
import { askGit, type AskGit, type Question } from "./run-git.ts";
import { lookBefore, type Before } from "./tree-mark.ts";

/** What was asked ahead. */
export interface Ahead {
  /** The directory that it was asked about. */
  readonly directory: string;
  readonly located: Promise<Located>;
  /** What there was before anything was asked of it; `undefined` until it is known where it is. */
  readonly before: () => Before | undefined;
  /** Gives each answer once, to the same question in the same folder. Other questions are asked now. */
  readonly ask: AskGit;
  /** Forgets the answers if a run may have written since they were asked for. To be called before a run begins. */
  readonly beginRun: () => void;
  /** Ends what was asked and is not answered. */
  readonly end: () => void;
}

/** What is asked for the ids of files alone. */
const OF_IDS = [ATTRIBUTES, SETTINGS];

/** Asks what is in the checkout of a directory as soon as it is known where that is. */
export function askAhead(
  directory: string,
  locating: Promise<Located>,
  { ids = true }: Pick<Foreseen, "ids"> = {},
): Ahead {
  const end = new AbortController();
  let quiet: Quiet | undefined;
  let before: Before | undefined;
  const answers = new Map<Question, Promise<Buffer>>();
  const located = locating.then((found) => {
    before = lookBefore(found.folders);
    quiet = end.signal.aborted ? undefined : findQuiet(found.folders);
    if (quiet === undefined) return found;
    for (const question of [LIST, ...(ids ? OF_IDS : [])])
      answers.set(question, asLater(askGit(found.folders.root, question, end.signal)));
    return found;
  });
  return {
    directory,
    located: asLater(located),
    before: () => before,
    ask: (folder, question) => {
      const answer = folder === quiet?.folders.root ? answers.get(question) : undefined;
      answers.delete(question);
      return answer ?? askGit(folder, question);
    },
    beginRun: () => {
      if (quiet !== undefined && !isStillQuiet(quiet)) answers.clear();
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
