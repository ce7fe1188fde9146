import { Buffer } from "node:buffer";

/** Text in which each character is one byte of the UTF-8 text, so that offsets count bytes and no byte is lost. */
export type ByteText = string;

/** The bytes of a UTF-8 text, one character each. */
export function toByteText(text: string): ByteText {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The UTF-8 text of which these are the bytes. */
export function fromByteText(text: ByteText): string {
  return Buffer.from(text, "latin1").toString("utf8");
}

/** Whether the character is space in ASCII. The other spaces of Unicode are several bytes and never one character here. */
export function isSpace(character: string | undefined): boolean {
  return character !== undefined && " \t\n\v\f\r".includes(character);
}

/** The index of the first character at or after `from` that is no space, at most the text's length. */
export function skipSpaces(text: ByteText, from: number): number {
  let at = from;
  while (isSpace(text[at])) at += 1;
  return at;
}

/** The text without spaces at its end. */
export function trimEnd(text: ByteText): ByteText {
  let end = text.length;
  while (isSpace(text[end - 1])) end -= 1;
  return text.slice(0, end);
}
