import type { Rule } from "../linted.ts";

/** What is fetched must be named by its digest. */
export const unpinnedBase: Rule = ({ unpinned }) =>
  unpinned.map(({ reference, line, column }) => ({
    rule: "unpinned-base",
    at: { line, column },
    message: `${reference} has no digest, so that tomorrow it may be something else`,
    remedy: "manage-images pin",
  }));
