/** Entries by their names, in the order of code units, which is the same on every machine. */
export function byName<Value>(
  entries: readonly (readonly [string, Value])[],
): readonly (readonly [string, Value])[] {
  return entries.toSorted(([a], [b]) => compareText(a, b));
}

/** Negative, zero or positive, in the order of code units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
