import { startOf } from "../instructions.ts";
import { instructionsAlong, type Rule } from "../linted.ts";

/** What serves on a port must say how to find out whether it does. `HEALTHCHECK NONE` is an answer. */
export const missingHealthcheck: Rule = ({ chain, beneath, isBase }) => {
  const [target] = chain;
  if (isBase || target === undefined) return [];
  if (instructionsAlong([...chain, ...beneath], "healthcheck").length > 0) return [];
  const [own] = instructionsAlong(chain, "expose");
  const [inherited] = instructionsAlong(beneath, "expose");
  if (own === undefined && inherited === undefined) return [];
  return [
    {
      rule: "missing-healthcheck",
      at: startOf(own ?? target.stage.from),
      message: `a port is exposed${own === undefined ? " by what it is built from" : ""}, and there is no HEALTHCHECK`,
      remedy: "add `HEALTHCHECK CMD …`, or `HEALTHCHECK NONE` where something else looks after it",
    },
  ];
};
