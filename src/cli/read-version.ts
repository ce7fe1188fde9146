import { createRequire } from "node:module";

/** The version of this package. */
export function readVersion(): string {
  const { version } = createRequire(import.meta.url)("manage-images/package.json") as {
    readonly version: string;
  };
  return version;
}
