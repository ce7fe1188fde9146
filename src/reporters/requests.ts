import type { RequestResult } from "../model/request.ts";
import type { Colours } from "./colours.ts";
import { printable } from "./printable.ts";

/** What became of each branch and its request. */
export function requestLines(requests: readonly RequestResult[], colours: Colours): readonly string[] {
  return requests.flatMap((request) => [
    `${colours.bold(printable(request.branch))}: ${requestSentence(request)}`,
    ...(request.notices ?? []).map((notice) => `  ${colours.yellow("note:")} ${printable(notice)}.`),
    ...(request.foreign ?? []).map(
      ({ commit, author, subject }) => `  ${commit.slice(0, 12)} ${printable(author)}: ${printable(subject)}`,
    ),
  ]);
}

function requestSentence({ action, number, url = "" }: RequestResult): string {
  const request = number === undefined ? "the request" : `request ${number}, ${printable(url)}`;
  switch (action) {
    case "nothing":
      return "everything is up to date, and there is no request.";
    case "opened":
      return `opened ${request}`;
    case "updated":
      return `brought up to date: ${request}`;
    case "unchanged":
      return `up to date already: ${request}`;
    case "closed":
      return `everything is up to date; closed ${request}`;
    case "superseded":
      return `its images are in other groups now; closed ${request}`;
    case "declined":
      return `not opened again, because somebody closed it with the same digests: ${request}`;
    case "left-alone":
      return "left alone, because it has commits of others (--on-foreign-commits append adds to them):";
    case "pushed":
      return "pushed.";
  }
}
