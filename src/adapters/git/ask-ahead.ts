/**
 * Asks git what a command will ask, before the command is loaded: git looks at the working tree while our own program is
 * read. And a process is started faster as long as there is little memory of ours.
 */
import type { Foreseen } from "../../ports.ts";
import { ATTRIBUTES } from "./find-converted.ts";
import { findQuiet, isStillQuiet, type Quiet } from "./find-quiet.ts";
import { isRemembered } from "./find-holding.ts";
import type { Located } from "./locate.ts";
import { LIST } from "./read-index.ts";
import { SETTINGS } from "./read-settings.ts";
import { askGit, type AskGit, type Question } from "./run-git.ts";
import { beginSearch, type Search } from "./begin-search.ts";
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
  /** The search for texts in a folder, if it was begun. Given once. */
  readonly search: (folder: string, texts: readonly string[]) => Search | undefined;
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
  { ids = true, texts = [] }: Foreseen = {},
): Ahead {
  const end = new AbortController();
  let quiet: Quiet | undefined;
  let before: Before | undefined;
  let begun: Search | undefined;
  const answers = new Map<string, Promise<Buffer>>();
  const located = locating.then((found) => {
    before = lookBefore(found.folders);
    quiet = end.signal.aborted ? undefined : findQuiet(found.folders);
    if (quiet === undefined) return found;
    for (const question of [LIST, ...(ids ? OF_IDS : [])])
      answers.set(keyOf(question), asLater(askGit(found.folders.root, question, end.signal)));
    if (texts.length > 0 && !isRemembered(found.folders))
      begun = beginSearch(found.folders, texts, end.signal);
    return found;
  });
  return {
    directory,
    located: asLater(located),
    before: () => before,
    ask: (folder, question) => {
      const answer = folder === quiet?.folders.root ? answers.get(keyOf(question)) : undefined;
      answers.delete(keyOf(question));
      return answer ?? askGit(folder, question);
    },
    search: (folder, wanted) => {
      const isSame = folder === quiet?.folders.root && wanted.join("\n") === texts.join("\n");
      const search = isSame ? begun : undefined;
      begun = undefined;
      return search;
    },
    beginRun: () => {
      if (quiet === undefined || isStillQuiet(quiet)) return;
      answers.clear();
      begun = undefined;
    },
    end: () => {
      end.abort();
    },
  };
}

/** Who asks has been bundled apart from this: its questions are the same words, and not the same objects. */
function keyOf({ args }: Question): string {
  return args.join("\0");
}

/** What is wrong with it is told where it is used. */
function asLater<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
