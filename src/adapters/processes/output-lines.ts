/** Cuts what a program writes into lines. */
export class OutputLines {
  readonly #write: (line: string) => void;
  readonly #decoder = new TextDecoder();
  /** Output after the last line feed. */
  #rest = "";

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  take(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#writeShown(line);
  }

  /** Writes what has no line feed at its end. */
  end(): void {
    if (this.#rest !== "") this.#writeShown(this.#rest);
    this.#rest = "";
  }

  /** Of a line that overwrote itself (a progress bar), what was to be seen last. */
  #writeShown(line: string): void {
    this.#write(line.replace(/\r+$/, "").split("\r").at(-1) ?? "");
  }
}
