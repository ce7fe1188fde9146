/** All scripts that have an alphabet, punctuation, and some of the others. */
const TRIED = [...Array.from({ length: 0x3100 }, (_, code) => code), 0x4e00, 0xac00, 0xfeff, 0xffff].map(
  (code) => String.fromCharCode(code),
);

/** Whether there is a character that each of these expressions for one character matches, in whatever case. */
export function haveCommonCharacter(sources: readonly string[]): boolean {
  const expressions = sources.map((source) => new RegExp(`^(?:${source})$`, "is"));
  return TRIED.some((character) => expressions.every((expression) => expression.test(character)));
}
