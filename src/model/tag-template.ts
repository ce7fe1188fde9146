import { isTag } from "./reference.ts";

/** What `{…}` in a tag can stand for. */
export const TAG_WORDS = ["sha", "branch", "version", "platform"] as const;

/** One of the words. */
export type TagWord = (typeof TAG_WORDS)[number];

/** What the words of tags stand for in a run, as far as a tag has them. */
export type TagValues = Readonly<Partial<Record<TagWord, string>>>;

const WORD = /\{(\w*)\}/g;
const LONGEST_TAG = 128;
/** What a word can become. */
const PATTERNS: Readonly<Record<TagWord, string>> = {
  sha: "[0-9a-f]{12}",
  branch: "[A-Za-z0-9_.-]+",
  version: "[A-Za-z0-9_.-]+",
  platform: "[a-z0-9]+-[a-z0-9-]+",
};

/** The words of a tag, in the order in which they stand there; also those that there are not. */
export function wordsOf(tag: string): readonly string[] {
  return [...tag.matchAll(WORD)].map(([, word = ""]) => word);
}

/** Whether a tag is one when its words have values. */
export function isTagTemplate(tag: string): boolean {
  return isTag(tag.replaceAll(WORD, "0"));
}

/** The tag with its words' values in the place of the words; what a tag cannot have becomes `-`. */
export function fillTag(tag: string, valueOf: (word: TagWord) => string): string {
  const filled = tag.replaceAll(WORD, (whole, word: string) => {
    return isWord(word) ? valueOf(word).replaceAll(/[^A-Za-z0-9_.-]/g, "-") : whole;
  });
  return filled.replace(/^[.-]+/, "").slice(0, LONGEST_TAG);
}

/** Whether a tag is one that a template can become. */
export function matchesTag(template: string, tag: string): boolean {
  if (wordsOf(template).length === 0) return template === tag;
  const parts = template.split(/(\{\w*\})/).map((part) => {
    const word = part.slice(1, -1);
    return part.startsWith("{") && isWord(word) ? PATTERNS[word] : part.replaceAll(/[.]/g, "\\.");
  });
  return new RegExp(`^${parts.join("")}$`).test(tag);
}

/** Whether a word is one that stands for something. */
export function isWord(word: string): word is TagWord {
  return (TAG_WORDS as readonly string[]).includes(word);
}
