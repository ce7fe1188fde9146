/** A word cannot be read; the message says why, in UTF-8. */
export class LexerError extends Error {
  override readonly name = "LexerError";
}
