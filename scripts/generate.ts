/** Writes what is made from the source and lies beside it: the JSON schemas and the reference of commands. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generated } from "./generated.ts";
import { PROJECT } from "./sample-repository.ts";

for (const [path, text] of Object.entries(await generated())) {
  await mkdir(dirname(join(PROJECT, path)), { recursive: true });
  await writeFile(join(PROJECT, path), text);
}
