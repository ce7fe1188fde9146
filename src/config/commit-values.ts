import type { Finding } from "./finding.ts";

/** What is wrong with a message: its first line is what people see of a commit. */
export function findMessageProblem(message: string): Finding | undefined {
  const [subject = ""] = message.split("\n", 1);
  if (subject.trim() === "")
    return { what: "has an empty first line", remedy: 'Write it like "chore: update {images}".' };
  const [unknown] = (message.match(/\{\w+\}/g) ?? []).filter((name) => name !== "{images}");
  if (unknown === undefined) return undefined;
  return {
    what: `has ${unknown}, which stands for nothing`,
    remedy: "{images} stands for the images' names.",
  };
}

/** What is wrong with a trailer's key (git-interpret-trailers(1)). */
export function findTrailerKeyProblem(key: string): Finding | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(key)) return undefined;
  return { what: `${JSON.stringify(key)} is no key of a trailer`, remedy: "Use letters, digits and `-`." };
}

/** What is wrong with a trailer's value. */
export function findTrailerValueProblem(value: string): Finding | undefined {
  if (/^\S(?:.*\S)?$/.test(value)) return undefined;
  return { what: "is no value of a trailer", remedy: "Write one line, without blanks at its ends." };
}
