/** So many are said to git by name; with more it is left to look everywhere. */
const MOST_PATHS = 500;

/** Says to git that it is to look at these paths, each as it is written, and nowhere else; if they are not too many. */
export function pathspecs(paths: readonly string[]): readonly string[] {
  return paths.length > MOST_PATHS ? [] : paths.map((path) => `:(top,literal)${path}`);
}
