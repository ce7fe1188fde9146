import { parse } from "shell-quote";

/** What the reader of a page is asked to do, in the page's order. */
export type Step =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | {
      readonly kind: "command";
      readonly line: string;
      /** The words of each of its commands, which stand between `&&`. */
      readonly commands: readonly Command[];
      /** What the page shows below it. */
      readonly shown: string;
      /** What it is to exit with: 0 if the page does not say another. */
      readonly exitCode: number;
      /** What it cannot be run without here, if anything. */
      readonly needs?: string;
    };

/** A command, and the file that gets its output. */
export interface Command {
  readonly words: readonly string[];
  readonly output?: string;
}

/** A fenced block, with the comment above it. */
const BLOCK = /(?:<!-- needs (\w+) -->\n\n)?^```(\w+)\n([^]*?)^```$/gm;

/** The first line of a block that is a file. */
const PATH = /^(?:#|\/\/) ([\w.-]+(?:\/[\w.-]+)+|[\w.-]+\.\w+)\n/;

/** The files that a page shows, and the commands that it has one type, in their order. */
export function readPage(markdown: string): readonly Step[] {
  return [...markdown.matchAll(BLOCK)].flatMap(([, needs, language, text = ""]): readonly Step[] => {
    if (language === "console") return commandsIn(text, needs);
    const path = PATH.exec(text)?.[1];
    return path === undefined ? [] : [{ kind: "file", path, text: text.replace(PATH, "") }];
  });
}

/** Each `manage-images …` that stands in a page's sentences and tables, as words. */
export function mentionsIn(markdown: string): readonly (readonly string[])[] {
  const prose = markdown.replace(BLOCK, "");
  return [...prose.matchAll(/`(?:npx )?manage-images ([^`]+)`/g)].map(([, rest = ""]) => wordsOf(rest));
}

function commandsIn(text: string, needs: string | undefined): readonly Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((written): Step => {
      const [line = "", ...shown] = written.split("\n");
      const exitCode = Number(/# exits (\d+)/.exec(line)?.[1] ?? 0);
      const commands = line
        .replace(/ # .*$/, "")
        .split(" && ")
        .map(readCommand);
      return {
        kind: "command",
        line,
        commands,
        shown: shown.join("\n"),
        exitCode,
        ...(needs === undefined ? {} : { needs }),
      };
    });
}

function readCommand(text: string): Command {
  const [command = "", output] = text.split(" > ");
  return { words: wordsOf(command), ...(output === undefined ? {} : { output }) };
}

/** A page that is to be read anywhere has no more of a shell than quotes. */
function wordsOf(text: string): readonly string[] {
  return parse(text).map((word) => {
    if (typeof word === "string") return word;
    throw new Error(`${text} has more of a shell than words: ${JSON.stringify(word)}`);
  });
}
