import type { ByteText } from "./byte-text.ts";
import { LexerError } from "./lexer-error.ts";

/** `${value#pattern}`, `##`, `%` and `%%`: the value without what matches at its start or end. */
export function trimMatch(value: ByteText, word: ByteText, side: "#" | "%"): ByteText {
  const greedy = word.startsWith(side);
  const pattern = toExpression(greedy ? word.slice(1) : word, greedy);
  if (side === "#") return value.replace(new RegExp(`^${pattern}`), "");
  // A shortest suffix is not what a regular expression finds first: try the starts from the far or the near end.
  const starts = Array.from({ length: value.length + 1 }, (_, index) => index);
  const whole = new RegExp(`^${pattern}$`);
  const start = (greedy ? starts : starts.reverse()).find((index) => whole.test(value.slice(index)));
  return start === undefined ? value : value.slice(0, start);
}

/** `${value/pattern/replacement}` and, for all matches, `${value//pattern/replacement}`. */
export function replaceMatches(
  value: ByteText,
  pattern: ByteText,
  replacement: ByteText,
  all: boolean,
): ByteText {
  return value.replace(new RegExp(toExpression(pattern, true), all ? "g" : ""), () => replacement);
}

/** `*` and `?` are special, `\` takes that from them (POSIX 2.13 without bracket expressions). */
function toExpression(pattern: ByteText, greedy: boolean): string {
  let expression = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? "";
    if (character === "*") expression += greedy ? ".*" : ".*?";
    else if (character === "?") expression += ".";
    else if (character === "\\") {
      at += 1;
      expression += escaped(pattern[at]);
    } else expression += quote(character);
  }
  return expression;
}

function escaped(character: string | undefined): string {
  if (character !== undefined && "*?\\}/".includes(character)) return quote(character);
  throw new LexerError("a backslash in a pattern escapes nothing that can be escaped");
}

function quote(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}
