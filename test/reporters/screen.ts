/**
 * What a terminal of a size shows of a text: the few control sequences that a redrawn list needs, lines that wrap, and
 * a screen that scrolls. Every character is one column wide. Throws on whatever else is written to it.
 */
export class Screen {
  #columns: number;
  #rows: number;
  #lines: string[] = [""];
  /** Rows that go on with the line of the row above. */
  readonly #wrapped = new Set<number>();
  #row = 0;
  #column = 0;
  isCursorShown = true;
  #wraps = true;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** All lines, those that were scrolled away too, without blank ones at the end. */
  get lines(): readonly string[] {
    const last = this.#lines.findLastIndex((line) => line.trim() !== "");
    return this.#lines.slice(0, last + 1).map((line) => line.trimEnd());
  }

  /** Takes another size, as most terminals do: what stands there is wrapped anew. The cursor must stand in an empty line. */
  resize(columns: number, rows: number): void {
    const whole = this.#lines.reduce<string[]>((lines, row, index) => {
      if (this.#wrapped.has(index)) lines.push(`${lines.pop() ?? ""}${row}`);
      else lines.push(row);
      return lines;
    }, []);
    if (whole.at(-1) !== "" || this.#row !== this.#lines.length - 1) throw new Error("not at the end");
    this.#wrapped.clear();
    this.#lines = [];
    for (const line of whole) {
      this.#lines.push(line.slice(0, columns));
      for (let start = columns; start < line.length; start += columns) {
        this.#wrapped.add(this.#lines.length);
        this.#lines.push(line.slice(start, start + columns));
      }
    }
    [this.#columns, this.#rows, this.#row, this.#column] = [columns, rows, this.#lines.length - 1, 0];
  }

  write(text: string): void {
    for (const [token] of text.matchAll(/\u001B\[[?0-9;]*[A-Za-z]|[^]/gu)) this.#take(token);
  }

  #take(token: string): void {
    if (token === "\n") this.#moveTo(this.#row + 1, 0);
    else if (token.startsWith("\u001B[")) this.#control(token);
    else this.#put(token);
  }

  #control(sequence: string): void {
    const count = Number(/\d+/.exec(sequence)?.[0] ?? "1");
    if (sequence.endsWith("A")) this.#moveUp(count);
    else if (sequence.endsWith("G")) this.#column = 0;
    else if (sequence === "\u001B[2K") this.#lines[this.#row] = "";
    else if (sequence === "\u001B[J") this.#eraseBelow();
    else if (sequence === "\u001B[?7l") this.#wraps = false;
    else if (sequence === "\u001B[?7h") this.#wraps = true;
    else if (sequence === "\u001B[?25l") this.isCursorShown = false;
    else if (sequence === "\u001B[?25h") this.isCursorShown = true;
    else if (!sequence.endsWith("m")) throw new Error(`unexpected sequence ${JSON.stringify(sequence)}`);
  }

  #eraseBelow(): void {
    this.#lines.splice(this.#row, Infinity, "");
    for (const row of this.#wrapped) if (row >= this.#row) this.#wrapped.delete(row);
  }

  #put(character: string): void {
    if (/\p{Cc}/u.test(character)) throw new Error(`unexpected character ${JSON.stringify(character)}`);
    if (this.#column >= this.#columns && !this.#wraps) this.#column = this.#columns - 1;
    if (this.#column >= this.#columns) {
      this.#moveTo(this.#row + 1, 0);
      this.#wrapped.add(this.#row);
    }
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  /** A real cursor would stop at the top, and what was meant to be erased above would stay. */
  #moveUp(count: number): void {
    const top = Math.max(0, this.#lines.length - this.#rows);
    if (this.#row - count < top) throw new Error("the cursor is moved to what has been scrolled away");
    this.#moveTo(this.#row - count, this.#column);
  }

  #moveTo(row: number, column: number): void {
    while (this.#lines.length <= row) this.#lines.push("");
    this.#row = row;
    this.#column = column;
  }
}
