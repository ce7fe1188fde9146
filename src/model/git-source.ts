/** A directory of a git repository elsewhere, as BuildKit names it: `https://host/repo.git#ref:directory`. */
export interface GitSource {
  readonly repository: string;
  /** A branch, tag or commit. Without it the repository's default branch. */
  readonly ref?: string;
  /** Without it the repository's root. */
  readonly directory?: string;
}

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** What BuildKit takes for git (util/gitutil). A URL by HTTP that does not end in `.git` is a file to it. */
const REPOSITORY = /^(?:git:\/\/|ssh:\/\/|[\w.-]+@[\w.-]+:|github\.com\/|https?:\/\/[^#]+\.git(?:#|$))/;

/** The git source that `text` is, or `undefined` if it is none. */
export function parseGitSource(text: string): GitSource | undefined {
  if (!REPOSITORY.test(text)) return undefined;
  const [repository = "", fragment = ""] = splitOnce(text, "#");
  const [ref, directory] = splitOnce(fragment, ":");
  return {
    repository,
    ...(ref === undefined || ref === "" ? {} : { ref }),
    ...(directory === undefined || directory === "" ? {} : { directory }),
  };
}

/** `https://host/repo.git#ref:directory`; the reverse of `parseGitSource`. */
export function formatGitSource({ repository, ref = "", directory }: GitSource): string {
  const fragment = directory === undefined ? ref : `${ref}:${directory}`;
  return fragment === "" ? repository : `${repository}#${fragment}`;
}

/** Whether a ref is a commit's whole id, which always means the same. */
export function isCommit(ref: string): boolean {
  return COMMIT.test(ref);
}

function splitOnce(text: string, separator: string): readonly (string | undefined)[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}
