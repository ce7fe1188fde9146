import type { Problem } from "../errors.ts";

/** How declared dependencies differ from those that the Dockerfile has. */
export function differenceOf(declared: readonly string[], found: readonly string[]) {
  return {
    missing: found.filter((dependency) => !declared.includes(dependency)),
    superfluous: declared.filter((dependency) => !found.includes(dependency)),
  };
}

/** What is wrong with an image's declared dependencies, given those that its Dockerfile has: both ways. */
export function compareDependencies(
  { name, dockerfile }: { readonly name: string; readonly dockerfile: string },
  declared: readonly string[],
  found: readonly string[],
): readonly Problem[] {
  const { missing, superfluous } = differenceOf(declared, found);
  const where = `images.${name}.dependencies`;
  return [
    ...missing.map((dependency) => ({
      where,
      what: `${dependency} is missing: ${dockerfile} is built on it`,
      remedy: `Add "${dependency}", or leave \`dependencies\` out: they are read from the Dockerfile.`,
    })),
    ...superfluous.map((dependency) => ({
      where,
      what: `${dependency} is superfluous: ${dockerfile} does not use it`,
      remedy: `Remove "${dependency}", or leave \`dependencies\` out: they are read from the Dockerfile.`,
    })),
  ];
}
