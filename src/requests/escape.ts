/**
 * Text from outside in Markdown with HTML, as GitHub and GitLab render it: every character that could mean something is
 * written as a reference to it, which is only ever text (CommonMark, "Entity and numeric character references").
 */
import { stripVTControlCharacters } from "node:util";

const LONGEST = 200;

/** Text between words. */
export function plain(text: string): string {
  const line = stripVTControlCharacters(text).replace(/\s+/gu, " ").trim();
  const shown = line.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\uFFFD");
  const characters = Array.from(shown);
  const short = characters.length > LONGEST ? [...characters.slice(0, LONGEST), "…"] : characters;
  return short.map(escape).join("");
}

/** Text as code: nobody is mentioned and no number is a link in it. */
export function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

function escape(character: string): string {
  return /[\p{L}\p{N} …/-]/u.test(character) ? character : `&#${character.codePointAt(0) ?? 0};`;
}
