import { formatGitSource, type GitSource } from "../model/git-source.ts";
import type { Image, NamedContext } from "../model/image.ts";
import { formatReference } from "../model/reference.ts";
import type { Commits } from "./find-commits.ts";

/**
 * What the builder is told of an image that can change it, beside its arguments. Of secrets only the ids; caches, tags and
 * the builder itself do not count.
 */
export function optionsOf(image: Image, commits: Commits): Readonly<Record<string, string>> {
  const { target, platforms, network, labels, reproducible, gitContext, provenance, sbom } = image;
  const { contexts = {}, secrets = {}, ssh = [], annotations = {} } = image;
  return {
    ...(target === undefined ? {} : { target }),
    platforms: [...platforms].sort().join(","),
    ...(network === undefined ? {} : { network }),
    ...(reproducible === true ? { reproducible: "true" } : {}),
    ...named("label", labels, (value) => value),
    ...named("annotation", annotations, (value) => value),
    ...(gitContext === undefined ? {} : { context: atCommit(gitContext, commits) }),
    ...named("context", contexts, (context) => describeContext(context, commits)),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets: Object.keys(secrets).sort().join(",") }),
    ...(ssh.length === 0 ? {} : { ssh: ssh.map(idOf).sort().join(",") }),
    ...(provenance === undefined ? {} : { provenance }),
    ...(sbom === true ? { sbom: "true" } : {}),
  };
}

/** A git source with its commit in the place of its ref. */
export function atCommit(source: GitSource, commits: Commits): string {
  const commit = commits.get(formatGitSource(source));
  if (commit === undefined) throw new Error(`${source.repository} has not been asked for its commit`);
  return formatGitSource({ ...source, ref: commit });
}

function named<Value>(kind: string, values: Readonly<Record<string, Value>>, text: (value: Value) => string) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${kind} ${name}`, text(value)]));
}

function describeContext(context: NamedContext, commits: Commits): string {
  switch (context.kind) {
    case "directory":
      return "a directory";
    case "git":
      return atCommit(context.source, commits);
    case "image":
      return `image:${context.image}`;
    case "base":
      return `docker-image://${formatReference(context.reference)}${context.isOptional ? " (optional)" : ""}`;
  }
}

/** `id=path`: where the key is does not matter. */
function idOf(ssh: string): string {
  return ssh.split("=", 1)[0] ?? "";
}
