import { kindOf } from "./finding.ts";
import { formatKeyPath } from "./key-path.ts";
import { readValues, type Written } from "./read-values.ts";
import { IMAGE_VALUES, TOP_VALUES } from "./values.ts";
import { ConfigurationError, type Problem } from "../errors.ts";

/** An image as far as it can be read, key by key. */
export type WrittenImage = Written<typeof IMAGE_VALUES>;

/** The configuration as far as it can be read, key by key. */
export interface WrittenConfiguration {
  readonly top: Written<typeof TOP_VALUES>;
  /** By name, in the order of the configuration, whatever the names are. */
  readonly images: ReadonlyMap<string, WrittenImage>;
  readonly problems: readonly Problem[];
}

const EXAMPLE = "images: { base: {} }";

/** Reads what `file` exports. Throws a `ConfigurationError` only if that is no object, so that nothing can be read. */
export function readConfiguration(input: unknown, file: string): WrittenConfiguration {
  const object = asObject(input);
  if (object === undefined) throw new ConfigurationError([noConfiguration(input, file)]);
  const { images: written, ...rest } = object;
  const top = readValues("top", TOP_VALUES, rest, []);
  const problems = [...top.problems];
  const images = new Map<string, WrittenImage>();
  for (const [name, value] of Object.entries(asObject(written) ?? {})) {
    const image = asObject(value);
    if (image === undefined) problems.push(noImage(name, value));
    else images.set(name, readValues("image", IMAGE_VALUES, image, ["images", name]));
  }
  if (Object.keys(asObject(written) ?? {}).length === 0) problems.push(noImages(written));
  return { top, images, problems: [...problems, ...[...images.values()].flatMap((image) => image.problems)] };
}

function noConfiguration(input: unknown, file: string): Problem {
  const remedy =
    typeof input === "function"
      ? "Export what the function returns: call it."
      : `Export an object: export default defineConfig({ registry: "…", ${EXAMPLE} });`;
  return { where: file, what: `exports ${kindOf(input)}, not a configuration`, remedy };
}

function noImage(name: string, value: unknown): Problem {
  const what = `must be an object, not ${kindOf(value)}`;
  return { where: formatKeyPath(["images", name]), what, remedy: "Write {} for an image with all defaults." };
}

function noImages(written: unknown): Problem {
  const remedy = `Declare one: ${EXAMPLE}`;
  if (written === undefined) return { where: "images", what: "is missing", remedy };
  const isObject = asObject(written) !== undefined;
  const what = isObject ? "there is no image" : `must be an object, not ${kindOf(written)}`;
  return { where: "images", what, remedy };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
