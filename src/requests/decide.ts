import type { BranchTip, ChangeRequest, Proposal } from "../model/request.ts";
import { contentOf } from "./describe.ts";
import { parseBlock } from "./marker.ts";

/** What is to be known of a branch before anything is done with it. */
export interface BranchFacts {
  /** `undefined` where the remote has no such branch. */
  readonly tip: BranchTip | undefined;
  /** The requests of the branch, newest first. */
  readonly requests: readonly ChangeRequest[];
}

/** What is to be done with a branch that others have put commits on. */
export type OnForeignCommits = "stop" | "append";

/** What is to be done. */
export type BranchDecision =
  | { readonly kind: "nothing" }
  /** There is nothing to merge: the request is closed, and the branch, if it is all ours, is deleted. */
  | { readonly kind: "close"; readonly request: ChangeRequest; readonly deletes: BranchTip | undefined }
  | { readonly kind: "leave" }
  /** What others have added is still to be merged. */
  | { readonly kind: "keep"; readonly request: ChangeRequest }
  | { readonly kind: "decline"; readonly request: ChangeRequest }
  /** `request` is the one that is brought up to date; without one a new one is opened. */
  | { readonly kind: "propose"; readonly pushes: boolean; readonly request: ChangeRequest | undefined };

/** Whether the branch must not be touched; known before anything is built. */
export function isLeftAlone({ tip }: BranchFacts, onForeign: OnForeignCommits): boolean {
  return onForeign === "stop" && tip !== undefined && tip.foreign.length > 0;
}

/** What becomes of a branch; `undefined` as proposal says that everything is up to date. */
export function decideBranch(
  facts: BranchFacts,
  proposal: Proposal | undefined,
  onForeign: OnForeignCommits,
): BranchDecision {
  const { tip, requests } = facts;
  const open = requests.find(({ state }) => state === "open");
  if (isLeftAlone(facts, onForeign)) return { kind: "leave" };
  const hasForeign = tip !== undefined && tip.foreign.length > 0;
  if (proposal === undefined) {
    if (open === undefined) return { kind: "nothing" };
    if (hasForeign) return { kind: "keep", request: open };
    return { kind: "close", request: open, deletes: tip };
  }
  const declined = open === undefined ? findDeclined(requests, contentOf(proposal)) : undefined;
  if (declined !== undefined) return { kind: "decline", request: declined };
  return { kind: "propose", pushes: tip?.tree !== proposal.tree, request: open };
}

/** The latest request, if a person has closed it although it proposed the same. */
function findDeclined(requests: readonly ChangeRequest[], content: string): ChangeRequest | undefined {
  const [latest] = requests;
  if (latest?.state !== "closed") return undefined;
  const remembered = parseBlock(latest.body);
  return remembered?.content === content && remembered.closed !== true ? latest : undefined;
}
