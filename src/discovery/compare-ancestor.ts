import type { Discovery } from "../model/discovery.ts";
import type { Ancestor } from "./read-ancestor.ts";

/** Where the script declares other dependencies than the Dockerfiles have. */
export function compareAncestor(
  { file, dependencies }: Ancestor,
  images: readonly string[],
  dependenciesOf: (image: string) => readonly string[],
): readonly Discovery[] {
  return images.flatMap((image) => {
    const declared = dependencies.get(image);
    if (declared === undefined) return [];
    const actual = dependenciesOf(image);
    const missing = actual.filter((name) => !declared.includes(name));
    const superfluous = declared.filter((name) => !actual.includes(name));
    if (missing.length === 0 && superfluous.length === 0) return [];
    return [{ kind: "dependencies-differ", where: file, image, missing, superfluous } as const];
  });
}
