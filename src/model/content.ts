/** What an image is to those who use it, whenever it was built. Two with the same content can take each other's place. */
export interface ImageContent {
  /** `os/architecture[/variant]`. */
  readonly platform: string;
  /** The layers' uncompressed digests (OCI image configuration, `rootfs.diff_ids`), lowest first. */
  readonly layers: readonly string[];
  /** The configuration for containers (`config`), without what is empty, as JSON with sorted keys. */
  readonly config: string;
}

/** Whether two images have the same content. */
export function isSameContent(a: ImageContent, b: ImageContent): boolean {
  return (
    a.platform === b.platform &&
    a.config === b.config &&
    a.layers.length === b.layers.length &&
    a.layers.every((layer, index) => layer === b.layers[index])
  );
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
