/** `images.base.tags[0]` of `images`, `base`, `tags`, 0; a key that would be misread is quoted. */
export function formatKeyPath(keys: readonly PropertyKey[]): string {
  return keys.map(formatKey).join("").replace(/^\./, "");
}

function formatKey(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const text = String(key);
  return /^[\w$.-]+$/.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
}
