import type { Discovery, LeftOut } from "../model/discovery.ts";
import { enumerate } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { printable } from "./printable.ts";
import { shortDigest } from "./short-digest.ts";

/** More of one kind are counted. */
const MOST = 5;

/** What was found besides the images, for people: each with what it means and what can be done. */
export function formatDiscoveries(findings: readonly Discovery[], colours: Colours): string {
  const groups = new Map<string, string[]>();
  for (const finding of findings) {
    const kind = groupOf(finding);
    groups.set(kind, [...(groups.get(kind) ?? []), discoverySentence(finding)]);
  }
  return [...groups.values()]
    .flatMap((sentences) => [
      ...sentences.slice(0, MOST),
      ...(sentences.length > MOST ? [`and ${sentences.length - MOST} more like these`] : []),
    ])
    .map((sentence) => `${colours.yellow("note:")} ${sentence}\n`)
    .join("");
}

function groupOf(finding: Discovery): string {
  return finding.kind === "left-out" ? `left out ${finding.reason.why}` : finding.kind;
}

/** What a finding says to a person. */
export function discoverySentence(finding: Discovery): string {
  switch (finding.kind) {
    case "left-out":
      return `${printable(finding.file)} ${leftOutSentence(finding.reason)}`;
    case "unread":
      return `${printable(finding.where)} was not followed: ${printable(finding.why)}.`;
    case "not-expressed":
      return `${printable(finding.image)}: the configuration does not say ${enumerate(finding.what.map(printable))}.`;
    case "registry-guessed":
      return `nothing here says where images are pushed to; ${printable(finding.registry)} is a guess. Change \`registry\`, or pass --registry.`;
    case "dependencies-differ":
      return differenceSentence(finding);
    case "digests-differ":
      return `${printable(finding.image)} is pinned by ${finding.digests.length} different digests (${finding.digests
        .map(
          ({ digest, places: [place] }) =>
            `${shortDigest(digest)} in ${printable(place?.file ?? "")}:${place?.line ?? 0}`,
        )
        .join(", ")}); the lockfile has none of them, and the first run will write its own.`;
    case "digest-unconfirmed":
      return `${printable(finding.image)} is pinned by ${shortDigest(finding.digest)}, which is not in the lockfile because it could not be confirmed: ${printable(finding.why).replace(/\.$/, "")}.`;
  }
}

function leftOutSentence(reason: LeftOut): string {
  switch (reason.why) {
    case "template":
      return "is a template, not a Dockerfile: declare what is made of it.";
    case "test":
      return "was left out because it is in a directory of tests, examples or documentation.";
    case "others":
      return "was left out because it is others' code.";
    case "no-image":
      return `was left out: what ${printable(reason.where)} makes of it is no image.`;
    case "test-stage":
      return `has the stage ${printable(reason.stage)}, which was taken for a test: declare it with \`target\` if it is an image.`;
    case "problem":
      return `was left out as image ${printable(reason.image)}: ${reason.problems.map(printable).join("; ")}.`;
  }
}

function differenceSentence({
  where,
  image,
  missing,
  superfluous,
}: Extract<Discovery, { readonly kind: "dependencies-differ" }>): string {
  const parts = [
    ...(superfluous.length > 0
      ? [`declares ${enumerate(superfluous)}, which its Dockerfile does not name`]
      : []),
    ...(missing.length > 0 ? [`does not declare ${enumerate(missing)}, which its Dockerfile names`] : []),
  ];
  return `${printable(where)} says otherwise of ${printable(image)}: it ${parts.join(", and it ")}. The Dockerfile counts.`;
}
