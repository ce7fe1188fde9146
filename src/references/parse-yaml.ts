import { createRequire } from "node:module";
import type * as Yaml from "yaml";

/** Loaded when there is something to read: every start of the program would pay for it. */
const require = createRequire(import.meta.url);

/** The value of a YAML or JSON document, merges (`<<`) and anchors resolved; `undefined` if it cannot be read. */
export function parseYaml(text: string): unknown {
  const yaml = require("yaml") as typeof Yaml;
  try {
    const document = yaml.parseDocument(text, { merge: true, uniqueKeys: false, logLevel: "silent" });
    return document.errors.length > 0 ? undefined : (document.toJS({ maxAliasCount: 1000 }) as unknown);
  } catch {
    return undefined;
  }
}
