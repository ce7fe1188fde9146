import type { Finding } from "./finding.ts";
import { isImageName } from "../model/reference.ts";
import { wordsOf } from "../model/tag-template.ts";

/** What is wrong with the name of a promotion: it must not be taken for a registry. */
export function findPromotionProblem(name: string): Finding | undefined {
  if (/^[A-Za-z][\w-]*$/.test(name)) return undefined;
  const what = `${JSON.stringify(name)} is no name for a promotion`;
  return { what, remedy: "A name is letters, digits, `_` and `-`, and begins with a letter." };
}

/** What is wrong with the name that an image gets below a promotion's registry. */
export function findTargetProblem(name: string): Finding | undefined {
  if (isImageName(`registry.example/${name}`)) return undefined;
  const remedy = "Write what stands behind the promotion's registry and a slash, without a tag.";
  return { what: `${JSON.stringify(name)} is no name of an image`, remedy };
}

/** What is wrong with a tag beside what is wrong with tags of images. */
export function findPromotedTagProblem(tag: string): Finding | undefined {
  if (wordsOf(tag).includes("platform"))
    return { what: "{platform} is no word here: an image is promoted as a whole", remedy: "Take it out." };
  if (!tag.startsWith("fp-")) return undefined;
  return {
    what: "tags that begin with fp- say what an image was built from",
    remedy: "Choose another name.",
  };
}
