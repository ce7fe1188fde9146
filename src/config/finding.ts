/** Something that is wrong with a value, wherever the value stands. */
export interface Finding {
  readonly what: string;
  readonly remedy: string;
}

/** `; did you mean a or b?`, or nothing where no word is near. */
export function formatGuess(near: readonly string[]): string {
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}

/** What kind of value it is, as people call it. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Promise) return "a promise";
  const kinds = {
    string: "text",
    number: "a number",
    bigint: "a number",
    boolean: "true or false",
    symbol: "a symbol",
    function: "a function",
    object: "an object",
    undefined: "undefined",
  };
  return kinds[typeof value];
}
