import { stripVTControlCharacters } from "node:util";

/**
 * Text from outside, fit for one line of a terminal: escape sequences are removed, each white space is a blank, and
 * what is left of control, formatting (bidirectional, zero-width) and broken characters is shown as a replacement.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .trimEnd()
    .replace(/\s/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\uFFFD");
}

/** The lines of a text from outside, each fit for a terminal; empty lines at its end are left out. */
export function printableLines(text: string): readonly string[] {
  return text.trimEnd().split(/\r?\n/).map(printable);
}
