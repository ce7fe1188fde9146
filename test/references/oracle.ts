/**
 * What a file should become, found out slowly and simply: every digest of a file differs from the others, so that it is
 * enough to know whose each is, and then to replace it by its value. Nothing here is shared with what is tested.
 */
import { parseAllDocuments } from "yaml";

/** Every way in which a name of ours can be written, and the image. */
export const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["us-docker.pkg.dev/acme/images/base", "base"],
  ["us-docker.pkg.dev/acme/images/tools", "tools"],
  ["acme/hub", "hub"],
  ["docker.io/acme/hub", "hub"],
  ["index.docker.io/acme/hub", "hub"],
]);

/** The file with `digest` in the place of each digest that is ours. */
export function expectedFile(path: string, text: string, digest: string): string {
  let result = text;
  for (const old of new Set(text.match(/sha256:[0-9a-f]{64}(?![\w=-])/g) ?? []))
    if (inText(text, old) || inFields(path, text, old)) result = result.replace(old, digest);
  return result;
}

function inText(text: string, digest: string): boolean {
  const end = text.indexOf(`@${digest}`);
  if (end < 0) return false;
  let start = end;
  while (start > 0 && /[\w./:-]/.test(text.charAt(start - 1))) start -= 1;
  if (/[$})]/.test(text.charAt(start - 1)) && text.slice(start - 2, start) !== "${") return false;
  const name = text
    .slice(start, end)
    .replace(/^.*:\/\/|^\w+:?-(?=\w)/, (match) =>
      match.includes("://") || text.charAt(start - 1) === "{" ? "" : match,
    )
    .replace(/:[\w.-]+$/, "");
  return SPELLINGS.has(name);
}

type Entries = Readonly<Record<string, unknown>>;

function inFields(path: string, text: string, digest: string): boolean {
  return mapsIn(path, text).some((map) => {
    const mine = map["digest"] === digest || String(map["tag"]).endsWith(`@${digest}`);
    const name = map["newName"] ?? map["repository"] ?? map["image"] ?? map["name"];
    const whole = [map["registry"], name].filter((part) => part !== undefined && part !== "").join("/");
    return mine && SPELLINGS.has(whole.replace(/:[\w.-]+$/, ""));
  });
}

function mapsIn(path: string, text: string): readonly Entries[] {
  if (path.endsWith(".yaml"))
    return parseAllDocuments(text, { merge: true }).flatMap((document) => everyMap(document.toJS()));
  if (path.endsWith(".json")) return everyMap(JSON.parse(text));
  if (path.endsWith(".bzl")) return innermost(text, /\(([^()]*)\)/g, /(\w+)\s*=\s*"([^"]*)"/g);
  if (path.endsWith(".tf")) return innermost(text, /\{([^{}]*)\}/g, /(\w+)\s*=\s*"([^"]*)"/g);
  return [];
}

function everyMap(value: unknown): readonly Entries[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : [value as Entries];
  return [...own, ...Object.values(value).flatMap(everyMap)];
}

function innermost(text: string, group: RegExp, field: RegExp): readonly Entries[] {
  return [...text.replace(/#.*/g, "").matchAll(group)].map(([, content = ""]) =>
    Object.fromEntries([...content.matchAll(field)].map(([, name = "", value]) => [name, value])),
  );
}
