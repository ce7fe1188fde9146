/**
 * What a run writes into the body of a request, and finds again: a block between two comments. What stands around it
 * belongs to people.
 */

/** What a request remembers for the next run. */
export interface Remembered {
  /** Hash of the digests that it proposes. */
  readonly content: string;
  /** The title as it was written; another one is somebody's. */
  readonly title: string;
  /** Labels, reviewers and assignees that were added; whoever takes them away need not do it twice. */
  readonly added: readonly string[];
  /** Which branches belong together: those of one configuration and one `--branch`. */
  readonly group?: string;
  /** Set where the program itself has closed it. */
  readonly closed?: boolean;
}

const BEGIN = /<!-- manage-images (\{[^\n]*\}) -->\r?\n/;
const END = "<!-- /manage-images -->";

/** A block with a text. */
export function formatBlock(remembered: Remembered, text: string): string {
  return `<!-- manage-images ${formatData(remembered)} -->\n${text.trim()}\n${END}`;
}

/** What a body remembers; `undefined` where it has no block. */
export function parseBlock(body: string): Remembered | undefined {
  const data = BEGIN.exec(body)?.[1];
  if (data === undefined) return undefined;
  try {
    const { content, title, added, group, closed } = JSON.parse(data) as Partial<Remembered>;
    return {
      content: content ?? "",
      title: title ?? "",
      added: Array.isArray(added) ? added : [],
      ...(typeof group === "string" ? { group } : {}),
      ...(closed === true ? { closed } : {}),
    };
  } catch {
    return undefined;
  }
}

/** A body with another block in the place of its own, or at its end if somebody has taken that out. */
export function replaceBlock(body: string, block: string): string {
  const begin = BEGIN.exec(body);
  const end = begin === null ? -1 : body.indexOf(END, begin.index);
  if (begin === null || end < 0) return body.trim() === "" ? block : `${body.trimEnd()}\n\n${block}`;
  return body.slice(0, begin.index) + block + body.slice(end + END.length);
}

/** What a block says. */
export function textOf(body: string): string {
  const begin = BEGIN.exec(body);
  if (begin === null) return "";
  const end = body.indexOf(END, begin.index);
  return body.slice(begin.index + begin[0].length, end < 0 ? undefined : end).trim();
}

/** In one line, and without what would end the comment. */
function formatData({ content, title, added, group, closed }: Remembered): string {
  return JSON.stringify({ content, title, added, group, closed })
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("--", "-\\u002d");
}
