/** The examples' files, as they are and as they are for a test. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { openRegistries } from "../../src/adapters/registries/distribution.ts";
import { BASE_IMAGE } from "../support/base-images.ts";
import type { Place } from "../main-job/sample.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));

/** The digest behind the base image's tag, whether its name stands in front or an argument's. */
const BASE_DIGEST = /(?<=\b1\.36@)sha256:[0-9a-f]{64}/g;

/** What a file of an example holds: text, or a program. */
export type Text = string | { readonly program: string };

/** The files of an example, by their paths from its folder. */
export type ExampleFiles = Readonly<Record<string, Text>>;

/** The files of the example in a folder below `examples/`. */
export async function readExample(name: string): Promise<ExampleFiles> {
  const folder = join(EXAMPLES, name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (file) => {
    const text = await readFile(file, "utf8");
    const isProgram = ((await stat(file)).mode & 0o100) !== 0;
    return [relative(folder, file), isProgram ? { program: text } : text] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/**
 * The files with a place's registry where they name the one at `host`, and with the digest that the place's busybox has
 * where they pin Docker Hub's.
 */
export async function movedTo(place: Place, files: ExampleFiles, host: string): Promise<ExampleFiles> {
  const base = await baseDigest(place);
  return mapText(files, (text) => text.replaceAll(host, place.registry.host).replace(BASE_DIGEST, base));
}

/** The files with their texts changed; programs stay programs. */
export function mapText(files: ExampleFiles, change: (text: string) => string): ExampleFiles {
  const changed = Object.entries(files).map(
    ([path, content]) =>
      [path, typeof content === "string" ? change(content) : { program: change(content.program) }] as const,
  );
  return Object.fromEntries(changed);
}

async function baseDigest({ registry }: Place): Promise<string> {
  const [repository = "", tag = ""] = BASE_IMAGE.split(":");
  const name = `${registry.host}/library/${repository}`;
  const digest = await openRegistries(() => Promise.resolve(undefined)).resolve({ name, tag });
  if (digest === undefined) throw new Error(`there is no ${name}:${tag}`);
  return digest;
}
