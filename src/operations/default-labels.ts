import { mergeFacts } from "../dockerfile/merge-facts.ts";
import { readDockerfile, type Lineage } from "../dockerfile/read-dockerfile.ts";
import type { Image } from "../model/image.ts";
import { canonicalName, formatReference } from "../model/reference.ts";
import { sourceUrl } from "../model/source-url.ts";
import type { BuildRequest, ContextEntry, History } from "../ports.ts";
import { ignoreFiles, pathInCheckout } from "./context-entries.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/** Labels that say where an image comes from (OCI image specification, annotations). */
export type Labels = Readonly<Record<string, string>>;

const SOURCE = "org.opencontainers.image.source";
const REVISION = "org.opencontainers.image.revision";
const BASE_NAME = "org.opencontainers.image.base.name";
/** The label that has the digest of what an image is built on. */
export const BASE_DIGEST = "org.opencontainers.image.base.digest";

/** What can be known of where an image comes from. */
export interface Provenance {
  readonly lineage: Lineage;
  /** The digest of the image that it is built on. */
  readonly baseDigest?: string | undefined;
  readonly history: History;
  /** The files that it is made from. */
  readonly files: readonly string[];
}

/**
 * The labels that an image gets of itself: those that neither its configuration nor its Dockerfile sets. One that is to be the
 * same wherever and whenever it is built says nothing of clone and commit. Pure.
 */
export function defaultLabels(
  { labels, reproducible }: Pick<Image, "labels" | "reproducible">,
  provenance: Provenance,
): Labels {
  const { lineage, baseDigest, history, files } = provenance;
  // One whose name is not known may be any of them.
  if (lineage.labels.includes(undefined)) return {};
  const known = {
    [SOURCE]: reproducible ? undefined : sourceUrl(history.remote ?? ""),
    [REVISION]: reproducible ? undefined : revisionOf(history, files),
    [BASE_NAME]: baseName(lineage),
    [BASE_DIGEST]: baseDigest,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) =>
      value === undefined || Object.hasOwn(labels, name) || lineage.labels.includes(name)
        ? []
        : [[name, value]],
    ),
  );
}

/** The labels that are added to what a build is asked for. */
export async function labelsToAdd(run: Run, request: Omit<BuildRequest, "labels">): Promise<Labels> {
  const { inputs, image } = imageIn(run.survey, request.image);
  const own = inputs.filter(({ platform }) => request.platforms.includes(platform));
  const { untracked } = await run.inputsOf(request.image);
  const { lineage } = mergeFacts(own.map(readDockerfile));
  const asBuilt = own.map((input) => ({ ...input, bytes: request.dockerfile, args: request.args }));
  const built = mergeFacts(asBuilt.map(readDockerfile)).lineage;
  const files = [image.dockerfile, run.configured.file, ...ignoreFiles(image), ...filesOf(image, request)];
  const history = await run.history();
  return defaultLabels(image, {
    lineage,
    // Where platforms are built on different images, no label can say on which.
    baseDigest: lineage.base === undefined ? undefined : built.base?.digest,
    history: { ...history, uncommitted: new Set([...history.uncommitted, ...untracked]) },
    files,
  });
}

/**
 * The names of the labels that do not make an image another one, because they are added to it: the commit is another one each
 * time. Those that the user has set, or had set when the lockfile was written, are not among them.
 */
export function labelsThatDoNotCount({ survey }: Run, name: string): readonly string[] {
  const { image, facts } = imageIn(survey, name);
  const before = survey.lockfile.images.get(name)?.inputs?.options ?? {};
  return [SOURCE, REVISION, BASE_NAME, BASE_DIGEST].filter(
    (label) =>
      !Object.hasOwn(image.labels, label) &&
      !Object.hasOwn(before, `label ${label}`) &&
      !facts.lineage.labels.includes(label),
  );
}

function filesOf(image: Image, { contextEntries }: { readonly contextEntries: readonly ContextEntry[] }) {
  return contextEntries
    .filter(({ kind }) => kind !== "directory")
    .map(({ path }) => pathInCheckout(image, path));
}

/** As `git describe` marks what is not committed. */
function revisionOf({ commit, uncommitted }: History, files: readonly string[]): string | undefined {
  if (commit === undefined) return undefined;
  return files.some((file) => uncommitted.has(file)) ? `${commit}-dirty` : commit;
}

/** Whole, as it is to be without Docker's defaults, and without the digest, which has a label of its own. */
function baseName({ base }: Lineage): string | undefined {
  if (base === undefined) return undefined;
  const { name, tag } = base;
  return formatReference({ name: canonicalName(name), ...(tag === undefined ? {} : { tag }) });
}
