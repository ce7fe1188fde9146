import type { Refusal, Refused } from "../model/pinning.ts";
import { enumerate } from "./amounts.ts";
import { printable } from "./printable.ts";

/** `file:line  reference` and, on a second line, why it was left as it is. */
export function refusedLines(refused: readonly Refused[]): readonly string[] {
  return refused.flatMap(({ file, line, reference, why }) => [
    `  ${printable(file)}:${line}  ${printable(reference)}`,
    `    ${printable(refusalSentence(why))}`,
  ]);
}

/** Why a reference was left as it is, and what to do about it. */
export function refusalSentence(why: Refusal): string {
  switch (why.kind) {
    case "set-by-configuration":
      return `the configuration sets ${why.argument}, so a digest in the Dockerfile would not count; write it there`;
    case "platform":
      return `it depends on the platform (${why.argument}), so that no single digest is right`;
    case "composed-argument":
      return `the default of ${why.argument} is put together from other arguments; write it out`;
    case "part-of-name":
      return `the argument ${why.argument} is a part of its name; make an argument of the whole reference`;
    case "part-of-tag":
      return `the argument ${why.argument} is a part of its tag, and BuildKit does not look at a tag beside a digest; make an argument of the whole tag or reference`;
    case "used-elsewhere":
      return `${why.argument} is also used on line ${why.line}, where a digest would be wrong; make an argument of the whole reference`;
    case "unclear":
      return "it is written in a way that is not certain enough to be edited";
    case "may-be-stage":
      return "where the trigger is run it may be a stage; write a tag if the image is meant";
    case "varies":
      return `one digest would stand for different things: ${enumerate(why.references)}`;
    case "no-digest":
      return `the lockfile has no digest of ${why.image}; build it: manage-images --image ${why.image}`;
    case "not-found":
      return "the registry does not have it";
    case "not-kept":
      return `a run would not find the digest of ${why.image} there; write the reference without arguments`;
    case "unconfirmed":
      return "with the digest the Dockerfile would not say what it should";
    case "names-a-result":
      return "the line names what is made or pushed";
    case "ambiguous":
      return "several images share the repository, and none has the tag";
    case "foreign-tag":
      return `no run sets this tag of ${why.image}`;
    case "no-tag":
      return "there is no tag that says what it should be now; write one: name:tag@sha256:…";
    case "too-young":
      return `what the tag points at now is younger than the minimum age: created ${dateOf(why.created)}`;
    case "age-unknown":
      return "what the tag points at now does not say when it was created";
    case "old-digest-gone":
      return "the registry no longer has the pinned digest, so it is not known whether it was of one platform; take it away and run `manage-images pin`";
    case "other-kind":
      return `it is pinned for ${why.pinned}, and what the tag points at now has nothing of that kind, or several`;
  }
}

function dateOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
