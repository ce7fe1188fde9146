import { mergeFacts } from "../dockerfile/merge-facts.ts";
import { readDockerfile } from "../dockerfile/read-dockerfile.ts";
import type { CommitText } from "../model/commit-settings.ts";
import type { FileChange, PinnedReference, PinningResult, Refused } from "../model/pinning.ts";
import type { Notice } from "../model/run.ts";
import type { Checkout, Contents, Revised } from "../ports.ts";
import { revisionNotices } from "./write-digests.ts";
import type { RewrittenFile } from "./rewrite-places.ts";
import { imageIn, type Survey, type SurveyedImage } from "./survey.ts";

/** Digests that are to be written, found but not written yet. */
export interface Edits {
  /** Files that change, as the working tree has them. */
  readonly files: readonly FileChange[];
  readonly references: readonly PinnedReference[];
  readonly refused: readonly Refused[];
  readonly notices: readonly Notice[];
  /** Images that are stale because of it. */
  readonly stale: readonly string[];
  /** What becomes of any version of a file. Pure. */
  rewrite(path: string, bytes: Uint8Array): RewrittenFile;
}

/** The images that are built from each Dockerfile, of those that are named. */
export function readersOf(
  { images }: Survey,
  named: readonly string[],
): ReadonlyMap<string, readonly SurveyedImage[]> {
  const files = new Set(
    [...images.values()]
      .filter(({ image }) => named.includes(image.name) && image.dockerfileCommand === undefined)
      .map(({ image }) => image.dockerfile),
  );
  return new Map(
    [...files].map((file) => [file, [...images.values()].filter(({ image }) => image.dockerfile === file)]),
  );
}

/** Rewrites the working tree's files in memory, and says what that comes to. */
export async function collectEdits(
  checkout: Pick<Checkout, "read">,
  contents: Contents,
  survey: Survey,
  paths: readonly string[],
  rewrite: Edits["rewrite"],
): Promise<Edits> {
  const found: { readonly change: FileChange; readonly rewritten: RewrittenFile }[] = [];
  for (const file of paths) {
    const before = (await checkout.read(file)) ?? new Uint8Array();
    const rewritten = rewrite(file, before);
    found.push({ change: { file, before, after: rewritten.bytes }, rewritten });
  }
  const references = found.flatMap(({ rewritten }) => rewritten.references);
  const files = found.map(({ change }) => change).filter(({ before, after }) => before !== after);
  return {
    files,
    references,
    refused: found.flatMap(({ rewritten }) => rewritten.refused),
    notices: await untracked(contents, survey, references),
    stale: staleAfter(survey, references, files),
    rewrite,
  };
}

/** Writes the digests and, if it is said how, commits them. */
export async function applyEdits(
  checkout: Pick<Checkout, "revise">,
  edits: Edits,
  commit: CommitText | undefined,
): Promise<PinningResult> {
  const { files, references, refused, notices, stale } = edits;
  if (files.length === 0) return { references, refused, notices, stale: [] };
  const revised = await checkout.revise({
    paths: files.map(({ file }) => file),
    creates: [],
    rewrite: (path, bytes) => (bytes === undefined ? undefined : edits.rewrite(path, bytes).bytes),
    ...(commit === undefined ? {} : { commit }),
  });
  return {
    references: references.filter(({ file }) => revised.changed.includes(file)),
    refused,
    notices: [
      ...notices,
      ...revisionNotices(revised),
      ...(commit === undefined ? [] : leftUncommitted(notices, revised)),
    ],
    stale,
    ...(revised.commit === undefined ? {} : { commit: revised.commit }),
  };
}

/** What is not in HEAD cannot be committed without what the user did there. */
function leftUncommitted(notices: readonly Notice[], revised: Revised): readonly Notice[] {
  const known = notices.flatMap((notice) => (notice.kind === "untracked-dockerfile" ? [notice.file] : []));
  const isSaid = revised.commit !== undefined || revised.notCommitted !== undefined;
  if (isSaid || revised.changed.every((file) => known.includes(file))) return [];
  return [{ kind: "not-committed", why: "the references are edits of yours that are not committed either" }];
}

async function untracked(
  contents: Contents,
  survey: Survey,
  references: readonly PinnedReference[],
): Promise<readonly Notice[]> {
  const files = new Set(await contents.untrackedOf(references.map(({ file }) => file)));
  return [...survey.images.values()]
    .filter(({ image }) => files.has(image.dockerfile))
    .map(({ image }) => ({ kind: "untracked-dockerfile", file: image.dockerfile, image: image.name }));
}

/** A base's digest is part of what an image is made of, where the image needs it; that of an image of ours counts otherwise. */
function staleAfter(
  { graph, images }: Survey,
  references: readonly PinnedReference[],
  changes: readonly FileChange[],
): readonly string[] {
  const withBases = new Set(references.filter(({ image }) => image === undefined).map(({ file }) => file));
  const bytesOf = new Map(changes.map(({ file, after }) => [file, after]));
  return graph.order.filter((name) => {
    const { input, inputs, facts } = imageIn({ images }, name);
    const bytes = withBases.has(input.file) ? bytesOf.get(input.file) : undefined;
    if (bytes === undefined) return false;
    const after = mergeFacts(inputs.map((each) => readDockerfile({ ...each, bytes })));
    return after.effect.text !== facts.effect.text;
  });
}
