import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Deletes the declarations in a folder that those of an entry do not lead to: they describe what nobody can import. */
export function keepDeclarations(folder: string, entry: string): void {
  const needed = reachableFrom(resolve(folder, entry));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) =>
    resolve(folder, file),
  );
  for (const file of files) if (file.endsWith(".d.ts") && !needed.has(file)) rmSync(file);
}

function reachableFrom(entry: string, reached = new Set<string>()): ReadonlySet<string> {
  if (reached.has(entry)) return reached;
  reached.add(entry);
  const text = readFileSync(entry, "utf8");
  for (const [, path = ""] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.ts"/g))
    reachableFrom(join(dirname(entry), `${path}.d.ts`), reached);
  return reached;
}
