/**
 * What an image is to those who use it, whenever it was built, on one platform. Two with the same content can take each
 * other's place.
 */
export interface ImageContent {
  /** `os/architecture[/variant]`. */
  readonly platform: string;
  /** The layers' uncompressed digests (OCI image configuration, `rootfs.diff_ids`), lowest first. */
  readonly layers: readonly string[];
  /** The configuration for containers (`config`), without what is empty, as JSON with sorted keys. */
  readonly config: string;
  /** The kinds of statements about it that go with it (in-toto predicate types), sorted; absent where they are not known. */
  readonly attested?: readonly string[];
}

/**
 * Whether images have the same content, each for its platform, in any order. What is said about them may be of another
 * moment, but must be of the same kinds.
 */
export function isSameContent(some: readonly ImageContent[], others: readonly ImageContent[]): boolean {
  if (some.length !== others.length) return false;
  return some.every((a) => others.filter((b) => isSame(a, b)).length === 1);
}

function isSame(a: ImageContent, b: ImageContent): boolean {
  const isAttested = a.attested === undefined || b.attested === undefined || areEqual(a.attested, b.attested);
  return a.platform === b.platform && a.config === b.config && areEqual(a.layers, b.layers) && isAttested;
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}

/** The content but for these labels. */
export function withoutLabels(content: ImageContent, names: readonly string[]): ImageContent {
  const { Labels, ...config } = JSON.parse(content.config) as { readonly Labels?: object };
  const kept = Object.entries(Labels ?? {}).filter(([name]) => !names.includes(name));
  return { ...content, config: formatConfig({ ...config, Labels: Object.fromEntries(kept) }) };
}

/**
 * A configuration as text that is equal for equal ones: keys sorted, and without empty values, which one writer leaves out
 * and another does not.
 */
export function formatConfig(config: unknown): string {
  return JSON.stringify(withoutEmpty(config) ?? {});
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (typeof value !== "object") return value === "" || value === false ? undefined : value;
  const entries = Object.entries(value ?? {})
    .map(([key, each]) => [key, isMark(each) ? each : withoutEmpty(each)] as const)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** `{}` as a value is how sets are written: of ports, of volumes. */
function isMark(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.keys(value).length === 0 && !Array.isArray(value)
  );
}
