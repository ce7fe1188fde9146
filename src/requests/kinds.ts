/** The kinds of files that people tell apart when they review, each with the paths that are of it; the first that fits. */
const KINDS: readonly (readonly [kind: string, path: RegExp])[] = [
  [
    "CI",
    /^(?:\.github|\.circleci|\.buildkite)\/|(?:^|\/)\.gitlab-ci\.ya?ml$|(?:^|\/)(?:Jenkinsfile|azure-pipelines\.ya?ml)$/,
  ],
  ["Dockerfiles", /(?:^|\/)(?:[^/]*\.)?(?:Dockerfile|Containerfile)(?:\.[^/]*)?$/i],
  ["documentation", /\.(?:md|mdx|rst|adoc|txt)$/i],
  ["deployments", /\.(?:ya?ml|tf|tfvars|hcl)$|(?:^|\/)(?:charts?|deploy|k8s|kustomize|helm)\//],
  ["build files", /\.bzl$|(?:^|\/)(?:WORKSPACE|MODULE\.bazel|BUILD(?:\.bazel)?)$/],
  ["others", /(?:)/],
];

/** Different files by their kind, sorted. */
export function filesByKind(
  files: readonly string[],
): readonly { readonly kind: string; readonly files: readonly string[] }[] {
  const distinct = [...new Set(files)].sort();
  const kindOf = (file: string) => KINDS.find(([, path]) => path.test(file))?.[0];
  return KINDS.map(([kind]) => ({ kind, files: distinct.filter((file) => kindOf(file) === kind) })).filter(
    (each) => each.files.length > 0,
  );
}
