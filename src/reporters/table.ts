import type { Paint } from "./colours.ts";

/** One cell; the colour is put on after the width is known. */
export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

/** The lines of a table whose columns are as wide as their longest cell, two blanks apart. */
export function formatTable(rows: readonly (readonly Cell[])[]): readonly string[] {
  const widths = columnWidths(rows);
  return rows.map((row) => {
    const filled = row.findLastIndex(({ text }) => text !== "");
    return row
      .slice(0, filled + 1)
      .map(
        ({ text, paint = same }, column) => paint(text) + padding(text, column < filled ? widths[column] : 0),
      )
      .join("  ");
  });
}

function columnWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.text.length ?? 0)),
  );
}

function padding(text: string, width = 0): string {
  return " ".repeat(Math.max(0, width - text.length));
}

function same(text: string): string {
  return text;
}
