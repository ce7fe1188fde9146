import type { CheckNotice, Drift, ManifestKind } from "../model/drift.ts";
import { enumerate } from "./amounts.ts";
import { elsewhereSentence } from "./notices.ts";
import { reasonSentence } from "./reason-sentence.ts";

/** How a drift is mended: by a command, or by what a person does in a file. */
export type Remedy =
  | { readonly kind: "command"; readonly command: string }
  /** By runs of images, which can be one run. */
  | { readonly kind: "build"; readonly image: string; readonly force: boolean }
  | { readonly kind: "edit"; readonly what: string };

/** The program, as it is called. */
const PROGRAM = "manage-images";

/** What a drift says to a person, in one line. */
export function driftSentence(drift: Drift): string {
  switch (drift.kind) {
    case "stale-pin":
      return `${drift.image} is pinned to ${short(drift.found)}, the lockfile has ${short(drift.expected)}`;
    case "earlier-pin":
      return `${drift.image} is pinned to ${short(drift.found)}, which the lockfile had at ${drift.revision.slice(0, 12)}; now it has ${short(drift.expected)}`;
    case "lost-platform":
      return `${drift.image} is pinned to ${short(drift.found)}, the image of a platform that it is not built for any more`;
    case "hidden-pin":
      return `with its variables filled in this pins ${drift.image} to ${short(drift.found)}, the lockfile has ${short(drift.expected)}`;
    case "unpinned":
      return `${drift.found} has no digest`;
    case "unowned-pin":
      return `${short(drift.found)} is below the registry of the configuration, which declares no such image`;
    case "ambiguous-pin":
      return `${short(drift.found)} may be of ${enumerate(drift.candidates)}: they share the repository`;
    case "undeclared-dependency":
      return `${drift.image} is built on ${drift.dependency}, which its \`dependencies\` lack`;
    case "unused-dependency":
      return `the \`dependencies\` of ${drift.image} name ${drift.dependency}, which its Dockerfile does not use`;
    case "stale-image":
      return `${drift.image} is stale: ${drift.reasons.map(reasonSentence).join("; ")}`;
    case "unlocked-image":
      return drift.found === undefined
        ? `the lockfile has no entry of ${drift.image}`
        : `the lockfile's entry of ${drift.image} is of the repository ${drift.found}, now it is ${drift.expected}`;
    case "orphaned-entry":
      return `the lockfile has an entry of ${drift.image}, which the configuration does not declare`;
    case "missing-digest":
      return `the registry does not have ${short(drift.found)}`;
    case "changed-kind":
      return `${short(drift.reference)} is ${kindText(drift.found)}, and ${short(drift.other)} is ${kindText(drift.expected)}`;
    case "unkept-digest":
      return drift.found === undefined
        ? `the registry has no tag ${drift.reference}, which keeps ${short(drift.expected)} from being deleted`
        : `the registry's tag ${drift.reference} is ${short(drift.found)} and not ${short(drift.expected)}, which nothing keeps from being deleted`;
  }
}

/** What mends a drift. */
export function remedyOf(drift: Drift): Remedy {
  switch (drift.kind) {
    case "stale-pin":
    case "earlier-pin":
      return command(`${PROGRAM} --only-references`);
    case "lost-platform":
      return edit("build it for that platform again (`platforms`), or pin another digest");
    case "hidden-pin":
      return edit("write the reference in one piece, or pass the image as an argument: `image:NAME`");
    case "unpinned":
      return command(`${PROGRAM} pin`);
    case "unowned-pin":
      return edit("declare the image, take the pin out, or mark the line with `manage-images: ignore`");
    case "ambiguous-pin":
      return edit("write the tag of the image that is meant, `name:tag@sha256:…`");
    case "undeclared-dependency":
      return edit(`add "${drift.dependency}" to \`dependencies\`, or leave them out`);
    case "unused-dependency":
      return edit(`remove "${drift.dependency}" from \`dependencies\`, or leave them out`);
    case "stale-image":
    case "unlocked-image":
      return { kind: "build", image: drift.image, force: false };
    case "orphaned-entry":
      return edit("take the entry out of the lockfile");
    case "unkept-digest":
      return { kind: "build", image: drift.image, force: true };
    case "missing-digest":
      if (drift.expected !== undefined) return command(`${PROGRAM} --only-references`);
      return drift.image === undefined
        ? edit(`write a digest that the registry has; to a tag without one \`${PROGRAM} pin\` adds it`)
        : { kind: "build", image: drift.image, force: true };
    case "changed-kind":
      return drift.image === undefined
        ? edit("write the digest of what is meant, or mark the line with `manage-images: ignore`")
        : command(`${PROGRAM} --only-references`);
  }
}

/** A remedy in one line: a command, or what is to be done. */
export function formatRemedy(remedy: Remedy): string {
  switch (remedy.kind) {
    case "command":
      return remedy.command;
    case "edit":
      return remedy.what;
    case "build":
      return `${PROGRAM} --image ${remedy.image}${remedy.force ? " --force" : ""}`;
  }
}

/** With more images than these, a run of all is meant: it builds what is stale. */
const MOST_NAMED = 3;

/** The commands that mend all of the drifts that a command mends, each once: all images in one run. */
export function commandsFor(drifts: readonly Drift[]): readonly string[] {
  const remedies = drifts.map(remedyOf);
  const others = remedies.flatMap((remedy) => (remedy.kind === "command" ? [remedy.command] : []));
  const builds = [false, true].flatMap((force) => {
    const images = new Set(
      remedies.flatMap((remedy) => (remedy.kind === "build" && remedy.force === force ? [remedy.image] : [])),
    );
    if (images.size === 0) return [];
    // What is built by force is built whether it is stale or not.
    const named = images.size > MOST_NAMED && !force ? ["all"] : [...images];
    return [`${PROGRAM} ${named.map((image) => `--image ${image}`).join(" ")}${force ? " --force" : ""}`];
  });
  return [...new Set([...others, ...builds])];
}

/** What a notice of a check says to a person. */
export function checkNoticeSentence(notice: CheckNotice): string {
  switch (notice.kind) {
    case "stale-elsewhere":
    case "unread-submodules":
    case "illegible-names":
      return elsewhereSentence(notice);
    case "unproven":
      return `the lockfile does not say what ${enumerate(notice.images)} ${notice.images.length === 1 ? "was" : "were"} built from, so that it cannot be told whether ${notice.images.length === 1 ? "it is" : "they are"} stale`;
  }
}

function command(text: string): Remedy {
  return { kind: "command", command: text };
}

function edit(what: string): Remedy {
  return { kind: "edit", what };
}

/** The text with its digest as people compare digests. */
function short(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/, "$1");
}

function kindText(kind: ManifestKind): string {
  switch (kind) {
    case "index":
      return "an index of several platforms";
    case "image":
      return "one platform's image";
  }
}
