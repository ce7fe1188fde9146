/** What a request says to those who review it: Markdown that fits into what the forge takes. */
import { createHash } from "node:crypto";
import type { Reason } from "../model/plan.ts";
import type { ChangeRequest, ForeignCommit, ProposedImage, Proposal } from "../model/request.ts";
import { code } from "./escape.ts";
import { formatBlock, parseBlock, replaceBlock, textOf, type Remembered } from "./marker.ts";
import { filesByKind } from "./kinds.ts";
import { countOf, formatBytes, formatSeconds } from "../reporters/amounts.ts";
import { shortDigest } from "../reporters/short-digest.ts";

/** What is said of the place where the request is. */
export interface Place {
  readonly branch: string;
  /** What the branch belongs to. */
  readonly group: string;
  /** Where all changes can be seen. */
  readonly compareUrl: string;
  /** Characters that the forge takes. */
  readonly longest: number;
}

/** Title and body of a request. */
export interface Description {
  readonly title: string;
  readonly body: string;
}

const LONGEST_TITLE = 200;

/** Where a person finds what was cut. */
const CUT = (url: string) => `_The rest is too long for this place: [all changes](${url})._`;

/** A new request. */
export function describeRequest(proposal: Proposal, subject: string, place: Place): Description {
  const title = titleOf(subject);
  return {
    title,
    body: block(proposal, { content: contentOf(proposal), title, added: [], group: place.group }, place, 0),
  };
}

/** The same for a request that is there: what people wrote stays, be it the title or what stands around our block. */
export function redescribe(
  request: Pick<ChangeRequest, "title" | "body">,
  proposal: Proposal,
  subject: string,
  place: Place,
): Description {
  const before = parseBlock(request.body);
  const isTheirs = before !== undefined && request.title !== before.title;
  const title = titleOf(subject);
  const { group } = place;
  const remembered = { content: contentOf(proposal), title: isTheirs ? before.title : title, group };
  const around = request.body.length - blockLength(request.body);
  const text = block(proposal, { ...remembered, added: before?.added ?? [] }, place, around);
  return { title: isTheirs ? request.title : title, body: replaceBlock(request.body, text) };
}

/** Whether a request says all of this already, and says nothing else. */
export function isDescribed(request: Pick<ChangeRequest, "body">, proposal: Proposal): boolean {
  const isNoted = textOf(request.body).includes(NOTE_END);
  return !isNoted && parseBlock(request.body)?.content === contentOf(proposal);
}

/** The body once labels, reviewers or assignees were added. */
export function withAdded(body: string, added: readonly string[]): string {
  const before = parseBlock(body);
  return before === undefined ? body : replaceBlock(body, formatBlock({ ...before, added }, textOf(body)));
}

/** The body of a request that has no purpose any more. */
export function closedBody(body: string, base: string): string {
  return bodyClosedWith(body, `everything is up to date on ${code(base)}, without this.`);
}

/** The body of a request whose images are in other groups now. */
export function supersededBody(body: string, branches: readonly string[]): string {
  return bodyClosedWith(
    body,
    `the images of this branch are grouped otherwise now: ${branches.map(code).join(", ")}.`,
  );
}

function bodyClosedWith(body: string, why: string): string {
  const before = parseBlock(body) ?? { content: "", title: "", added: [] };
  return replaceBlock(body, formatBlock({ ...before, closed: true }, `**Closed:** ${why}`));
}

/** The body of a request whose branch has commits of others, which says so in the place of an earlier word on it. */
export function leftAloneBody(body: string, branch: string, foreign: readonly ForeignCommit[]): string {
  const before = parseBlock(body);
  if (before === undefined) return body;
  const shown = foreign.slice(0, 5).map(({ commit, author, subject }) => {
    return `- ${code(commit.slice(0, 12))} by ${code(author)}: ${code(subject)}`;
  });
  const more = foreign.length > shown.length ? [`- and ${foreign.length - shown.length} more`] : [];
  const note = [
    `**Left alone:** ${code(branch)} has commits that are not of manage-images:`,
    "",
    ...shown,
    ...more,
    "",
    "Merge or delete the branch to have it brought up to date again, or use `--on-foreign-commits append`.",
  ].join("\n");
  const text = textOf(body).split(NOTE_END).at(-1)?.trim() ?? "";
  return replaceBlock(body, formatBlock(before, `${note}\n\n${NOTE_END}\n\n${text}`));
}

const NOTE_END = "<!-- end of note -->";

/** By which it is known whether the same was proposed before: which image is to have which digest. */
export function contentOf({ images, references }: Pick<Proposal, "images" | "references">): string {
  const digests = [
    ...images.map(({ name, to }) => `${name}@${to}`),
    ...references.map(({ image, to }) => `${image}@${to}`),
  ];
  return createHash("sha256")
    .update([...new Set(digests)].sort().join("\n"))
    .digest("hex")
    .slice(0, 20);
}

function titleOf(subject: string): string {
  return subject.length <= LONGEST_TITLE ? subject : `${subject.slice(0, LONGEST_TITLE - 1)}…`;
}

function blockLength(body: string): number {
  return parseBlock(body) === undefined ? 0 : textOf(body).length;
}

/** As much as fits: first without the graph and the files, then with ever fewer images. */
function block(proposal: Proposal, remembered: Remembered, place: Place, around: number): string {
  const fits = (text: string) => formatBlock(remembered, text).length + around <= place.longest;
  const whole = [tableOf(proposal), filesOf(proposal), graphOf(proposal), howTo(proposal, place)];
  const texts = [
    () => whole.join("\n\n"),
    () => [tableOf(proposal), filesOf(proposal), howTo(proposal, place), CUT(place.compareUrl)].join("\n\n"),
    () => [tableOf(proposal), howTo(proposal, place), CUT(place.compareUrl)].join("\n\n"),
  ];
  for (const text of texts) if (fits(text())) return formatBlock(remembered, text());
  for (let most = Math.floor(proposal.images.length / 2); most > 0; most = Math.floor(most / 2)) {
    const text = [tableOf(proposal, most), howTo(proposal, place), CUT(place.compareUrl)].join("\n\n");
    if (fits(text)) return formatBlock(remembered, text);
  }
  return formatBlock(remembered, CUT(place.compareUrl));
}

function tableOf({ images, seconds }: Proposal, most = images.length): string {
  const changed = images.filter(({ from, to }) => from !== to);
  const built = images.filter(({ outcome }) => outcome === "built").length;
  const rows = images.slice(0, most).map(rowOf);
  const more = images.length - rows.length;
  return [
    built === 0
      ? `${countOf(changed.length, "new digest")}, found in the registry.`
      : `${countOf(changed.length, "new digest")}; ${countOf(built, "image")} built in ${formatSeconds(seconds)}.`,
    "",
    "| image | digest | why | size |",
    "| --- | --- | --- | --- |",
    ...rows,
    ...(more > 0 ? [`| … | and ${countOf(more, "other image")} | | |`] : []),
  ].join("\n");
}

function rowOf({ name, outcome, from, to, reasons, size }: ProposedImage): string {
  const before = from === undefined ? "new" : code(shortDigest(from));
  const digest =
    from === to ? `${code(shortDigest(to))} (unchanged)` : `${before} → ${code(shortDigest(to))}`;
  const why = [...(outcome === "reused" ? ["found in the registry"] : []), ...reasons.map(reasonText)];
  return `| ${code(name)} | ${digest} | ${why.join("; ")} | ${sizeText(size)} |`;
}

function sizeText(size: ProposedImage["size"]): string {
  if (size === undefined) return "";
  if (size.previous === undefined) return formatBytes(size.bytes);
  const change = size.bytes - size.previous;
  if (change === 0) return formatBytes(size.bytes);
  return `${formatBytes(size.bytes)} (${change > 0 ? "+" : "−"}${formatBytes(Math.abs(change))})`;
}

const MOST_NAMES = 3;

function reasonText(reason: Reason): string {
  switch (reason.why) {
    case "never-built":
      return "never built";
    case "dockerfile-changed":
      return "Dockerfile";
    case "context-changed":
      return `files: ${listOf(reason.paths)}`;
    case "args-changed":
      return `arguments: ${listOf(reason.args.map(({ name }) => name))}`;
    case "options-changed":
      return `options: ${listOf(reason.options.map(({ name }) => name))}`;
    case "dependency-changed":
      return `built on ${listOf(reason.dependencies)}`;
    case "missing-from-registry":
      return "missing from the registry";
    case "forced":
      return "forced";
  }
}

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES).map(code), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

const MOST_FILES = 20;

function filesOf({ references }: Proposal): string {
  const kinds = filesByKind(references.map(({ file }) => file));
  const total = kinds.reduce((sum, { files }) => sum + files.length, 0);
  const lines = kinds.map(({ kind, files }) => {
    const more = files.length - MOST_FILES;
    const names = [...files.slice(0, MOST_FILES).map(code), ...(more > 0 ? [`and ${more} more`] : [])];
    return `- ${kind}: ${names.join(", ")}`;
  });
  const summary = `${countOf(references.length, "pin")} in ${countOf(total, "file")}`;
  return total === 0 ? `${summary}.` : folded(summary, lines.join("\n"));
}

function graphOf({ images, dependencies }: Proposal): string {
  const ids = new Map(images.map(({ name }, index) => [name, `i${index}`]));
  const nodes = images.map(({ name, outcome }) => {
    return `  ${ids.get(name) ?? ""}["${mermaidText(name)}"]${outcome === "built" ? ":::built" : ""}`;
  });
  const edges = images.flatMap(({ name }) =>
    (dependencies.get(name) ?? []).flatMap((dependency) => {
      const from = ids.get(dependency);
      return from === undefined ? [] : [`  ${from} --> ${ids.get(name) ?? ""}`];
    }),
  );
  const lines = ["flowchart LR", ...nodes, ...edges, "  classDef built stroke-width:3px"];
  return folded("What was rebuilt", `\`\`\`mermaid\n${lines.join("\n")}\n\`\`\``);
}

/** Only letters, digits and what separates them; all else has a meaning somewhere. */
function mermaidText(name: string): string {
  return name.replace(/[^\w.-]/g, "?");
}

function howTo({ images }: Proposal, { branch }: Place): string {
  const names = images.map(({ name }) => name);
  const shown = names.length <= 5 && names.every((name) => /^[\w.-]+$/.test(name)) ? names : ["all"];
  const isPlain = /^[\w./-]+$/.test(branch) && !branch.startsWith("-");
  const lines = [
    ...(isPlain ? [`git fetch origin ${branch} && git switch --detach FETCH_HEAD`] : []),
    "npx manage-images check",
    `npx manage-images ${shown.map((name) => `--image ${name}`).join(" ")} --force --no-push   # builds it all again`,
  ];
  return folded(
    "On your own machine",
    `\`\`\`console\n${lines.map((line) => `$ ${line}`).join("\n")}\n\`\`\``,
  );
}

function folded(summary: string, text: string): string {
  return `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}
