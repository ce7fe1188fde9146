import { describe, expect, it } from "@jest/globals";
import { parseDigest } from "../../src/model/digest.ts";
import type { BranchTip, ChangeRequest, Proposal } from "../../src/model/request.ts";
import { decideBranch, type OnForeignCommits } from "../../src/requests/decide.ts";
import { closedBody, describeRequest } from "../../src/requests/describe.ts";

const PLACE = { branch: "b", group: "b of c", compareUrl: "https://forge.example/compare", longest: 65_536 };

function proposal(digit: string): Proposal {
  const to = parseDigest(`sha256:${digit.repeat(64)}`);
  if (to === undefined) throw new Error("no digest");
  const images = [{ name: "a", outcome: "built", to, reasons: [] }] as const;
  return { commit: "c", tree: `tree ${digit}`, images, references: [], dependencies: new Map(), seconds: 1 };
}

function request(
  state: ChangeRequest["state"],
  of: Proposal,
  change = (body: string) => body,
): ChangeRequest {
  const { title, body } = describeRequest(of, "Update", PLACE);
  return { number: 1, url: "", title, body: change(body), base: "main", state };
}

function tip(tree: string, isForeign = false): BranchTip {
  const foreign = isForeign ? [{ commit: "f", author: "x", subject: "y" }] : [];
  return { commit: "t", tree, foreign };
}

const ONE = proposal("1");
const TWO = proposal("2");
const OPEN = request("open", ONE);
const CLOSED = request("closed", ONE);
const CLOSED_BY_US = request("closed", ONE, (body) => closedBody(body, "main"));
const MERGED = request("merged", ONE);

interface Case {
  readonly tip?: BranchTip;
  readonly requests?: readonly ChangeRequest[];
  readonly proposal?: Proposal;
  readonly onForeign?: OnForeignCommits;
}

describe("what becomes of a branch", () => {
  it.each<[string, Case, object]>([
    ["up to date, and nothing there", {}, { kind: "nothing" }],
    ["up to date, and the request merged", { requests: [MERGED], tip: tip("x") }, { kind: "nothing" }],
    [
      "up to date, and a request open",
      { requests: [OPEN], tip: tip("x") },
      { kind: "close", request: OPEN, deletes: tip("x") },
    ],
    [
      "up to date, and the branch gone",
      { requests: [OPEN] },
      { kind: "close", request: OPEN, deletes: undefined },
    ],
    [
      "up to date, and others' commits still to be merged",
      { requests: [OPEN], tip: tip("x", true), onForeign: "append" },
      { kind: "keep", request: OPEN },
    ],
    ["new", { proposal: ONE }, { kind: "propose", pushes: true, request: undefined }],
    [
      "the same tree",
      { proposal: ONE, tip: tip("tree 1"), requests: [OPEN] },
      { kind: "propose", pushes: false, request: OPEN },
    ],
    [
      "another tree",
      { proposal: TWO, tip: tip("tree 1"), requests: [OPEN] },
      { kind: "propose", pushes: true, request: OPEN },
    ],
    [
      "pushed, and killed",
      { proposal: ONE, tip: tip("tree 1") },
      { kind: "propose", pushes: false, request: undefined },
    ],
    [
      "closed by a person",
      { proposal: ONE, tip: tip("x"), requests: [CLOSED] },
      { kind: "decline", request: CLOSED },
    ],
    [
      "closed by a person, other digests",
      { proposal: TWO, requests: [CLOSED] },
      { kind: "propose", pushes: true, request: undefined },
    ],
    [
      "closed by a person before one was merged",
      { proposal: ONE, requests: [MERGED, CLOSED] },
      { kind: "propose", pushes: true, request: undefined },
    ],
    [
      "closed by us",
      { proposal: ONE, requests: [CLOSED_BY_US] },
      { kind: "propose", pushes: true, request: undefined },
    ],
    ["others' commits", { proposal: TWO, tip: tip("x", true), requests: [OPEN] }, { kind: "leave" }],
    [
      "others' commits, to be added to",
      { proposal: TWO, tip: tip("x", true), requests: [OPEN], onForeign: "append" },
      { kind: "propose", pushes: true, request: OPEN },
    ],
  ])("%s", (_, given, expected) => {
    const facts = { tip: given.tip, requests: given.requests ?? [] };
    expect(decideBranch(facts, given.proposal, given.onForeign ?? "stop")).toEqual(expected);
  });
});
