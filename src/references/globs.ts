import { createRequire } from "node:module";
import type Picomatch from "picomatch";

/** Loaded when a configuration has globs: every start of the program would pay for it. */
const require = createRequire(import.meta.url);

/** Whether a path matches a glob. `*` and `?` mean hidden files, too; `**` means any number of directories. */
export function compileGlob(glob: string): (path: string) => boolean {
  const picomatch = require("picomatch") as typeof Picomatch;
  const matches = picomatch(glob, { dot: true });
  return (path) => matches(path);
}
