/** Where a text ends whose content begins at `from`: at its closing quotes; `undefined` if it does not. */
export function endOfQuoted(source: string, from: number, quotes: string): number | undefined {
  const isLong = quotes.length > 1;
  for (let at = from; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === "\\") at += 1;
    else if (character === "\n" && !isLong) return undefined;
    else if (character === quotes.charAt(0) && source.startsWith(quotes, at)) return at;
  }
  return undefined;
}

/** Deeper than anybody writes. */
const DEEPEST = 100;

/** The same for a text of HCL, with `${…}` and `%{…}` in it, in which texts can stand again. */
export function endOfTemplate(source: string, from: number): number | undefined {
  const inside: ("text" | "code")[] = ["text"];
  for (let at = from; at < source.length && inside.length <= DEEPEST; at += 1) {
    const character = source.charAt(at);
    if (inside.at(-1) === "code") {
      if (character === '"') inside.push("text");
      else if (character === "{") inside.push("code");
      else if (character === "}") inside.pop();
    } else if (character === "\n") return undefined;
    else if (character === "\\" || source.startsWith("$${", at) || source.startsWith("%%{", at)) at += 1;
    else if (character === '"') {
      inside.pop();
      if (inside.length === 0) return at;
    } else if (/^[$%]\{/.test(source.slice(at, at + 2))) {
      inside.push("code");
      at += 1;
    }
  }
  return undefined;
}

/** Where the line that ends a here-document ends; `undefined` if there is none. */
export function endOfHereDocument(source: string, at: number): number | undefined {
  const [start, word] = /^<<-?([A-Za-z_][\w-]*)\r?\n/.exec(source.slice(at, at + 300)) ?? [];
  if (start === undefined || word === undefined) return undefined;
  for (let line = at + start.length; line < source.length;) {
    const newline = source.indexOf("\n", line);
    const end = newline < 0 ? source.length : newline;
    if (source.slice(line, end).trim() === word) return end;
    line = end + 1;
  }
  return undefined;
}
