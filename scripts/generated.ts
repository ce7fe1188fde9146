import { format, resolveConfig } from "prettier";
import { join } from "node:path";
import { formatReference } from "./reference.ts";
import { PROJECT } from "./sample-repository.ts";
import { configurationSchema, lockfileSchema } from "./schemas.ts";

/** All files that are made from the source, as they have to be. */
export async function generated(): Promise<Readonly<Record<string, string>>> {
  const files = {
    "schemas/images.config.schema.json": JSON.stringify(configurationSchema()),
    "schemas/images.lock.schema.json": JSON.stringify(lockfileSchema()),
    "docs/reference.md": formatReference(),
  };
  const formatted = Object.entries(files).map(async ([path, text]) => {
    const filepath = join(PROJECT, path);
    return [path, await format(text, { ...(await resolveConfig(filepath)), filepath })] as const;
  });
  return Object.fromEntries(await Promise.all(formatted));
}
