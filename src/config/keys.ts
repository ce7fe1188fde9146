import { formatGuess, type Finding } from "./finding.ts";
import { IMAGE_VALUES, TOP_VALUES } from "./values.ts";
import { nearest } from "../model/nearest.ts";

/** Where a key stands: in the configuration itself, or in one of its images. */
export type Level = "top" | "image";

const KEYS: Readonly<Record<Level, readonly string[]>> = {
  top: [...Object.keys(TOP_VALUES), "images"],
  image: Object.keys(IMAGE_VALUES),
};

const OTHER_LEVEL: Readonly<Record<Level, Finding>> = {
  top: { what: "belongs to an image", remedy: "Move it into the images that it is meant for." },
  image: { what: "belongs to the whole configuration", remedy: "Move it to the top level, beside `images`." },
};

/** Keys that later versions will know. They are never ignored in silence: a build without a secret is another build. */
const PLANNED = ["includeGit"];

/** What is wrong with a key, whatever its value is; `undefined` if it is known and supported here. */
export function findKeyProblem(level: Level, key: string): Finding | undefined {
  if (PLANNED.includes(key)) return notSupported(`\`${key}\``, "Take it out.");
  if (!KEYS[level].includes(key)) return unknownKey(level, key);
  return undefined;
}

function notSupported(subject: string, remedy: string): Finding {
  return { what: `${subject} is not supported by this version yet`, remedy };
}

function unknownKey(level: Level, key: string): Finding {
  const other = level === "top" ? "image" : "top";
  if (KEYS[other].includes(key))
    return { ...OTHER_LEVEL[level], what: `\`${key}\` ${OTHER_LEVEL[level].what}` };
  const near = nearest(key, KEYS[level]).map((name) => `\`${name}\``);
  return {
    what: `unknown key \`${key}\`${formatGuess(near)}`,
    remedy: `The keys here are: ${KEYS[level].join(", ")}.`,
  };
}
