import { fromByteText } from "../../dockerfile/byte-text.ts";
import type { Instruction, StageNode } from "../../dockerfile/read-dockerfile.ts";
import { startOf } from "../instructions.ts";
import { instructionsAlong, type Rule } from "../linted.ts";
import { formatReference } from "../../model/reference.ts";

/** Bases that say in their names that they have a user of their own. */
const HAS_OWN_USER = /nonroot|non-root|rootless|unprivileged/;

/** What is run must not be root. */
export const finalUser: Rule = ({ chain, beneath, isBase }) => {
  const [target] = chain;
  if (isBase || target === undefined) return [];
  const [user] = instructionsAlong(chain, "user");
  const last = user ?? instructionsAlong(beneath, "user")[0];
  if (last === undefined ? hasOwnUser([...chain, ...beneath]) : !isRoot(last)) return [];
  const message =
    last === undefined
      ? "the image runs as root: neither it nor what it is built from says otherwise"
      : "the image runs as root: no other USER comes behind this";
  return [
    {
      rule: "root-user",
      at: startOf(user ?? target.stage.from),
      message,
      remedy: "end with `USER name`, or with a number where there is no such user",
    },
  ];
};

/** A variable may be anything. */
function isRoot({ text, args }: Instruction): boolean {
  const user = fromByteText(text.slice(args)).replace(/["']/g, "").split(":")[0]?.trim();
  return user === "root" || user === "0";
}

function hasOwnUser(stages: readonly StageNode[]): boolean {
  const base = stages.at(-1)?.base;
  return base?.kind === "image" && HAS_OWN_USER.test(formatReference(base.reference));
}
