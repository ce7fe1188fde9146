/** A cache as BuildKit is told of it. */
export interface CacheOption {
  readonly Type: string;
  readonly Attrs: Readonly<Record<string, string>>;
}

/** The kinds that need no more than what is written: others take credentials or files from where buildx runs. */
const TYPES = ["registry", "inline"];

/**
 * What buildx makes of a `--cache-from` or `--cache-to` (https://docs.docker.com/build/cache/backends/); `undefined` for a kind
 * that only buildx can prepare. Pure.
 */
export function parseCache(text: string): CacheOption | undefined {
  if (!text.includes("=")) return { Type: "registry", Attrs: { ref: text } };
  // The text is a line of CSV.
  if (text.includes('"')) return undefined;
  const { type = "", ...Attrs } = Object.fromEntries(text.split(",").map(fieldOf)) as Record<string, string>;
  return TYPES.includes(type) ? { Type: type, Attrs } : undefined;
}

function fieldOf(field: string): readonly [string, string] {
  const at = field.indexOf("=");
  return at < 0 ? [field, ""] : [field.slice(0, at).toLowerCase(), field.slice(at + 1)];
}
