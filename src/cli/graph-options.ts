import type { Options } from "yargs";
import { count, texts } from "./coerce.ts";

/** The ways to write the graph. */
export const GRAPH_FORMATS = ["text", "json", "dot", "mermaid", "svg", "html"] as const;

/** The flags of `graph`. */
export const graphOptions = {
  image: {
    alias: "images",
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "Only this image, what it is built on and what is built on it; may be repeated",
  },
  direction: {
    choices: ["parents", "children", "both"],
    requiresArg: true,
    defaultDescription: "both",
    describe: "With --image: only what it is built on, or only what is built on it",
  },
  depth: {
    type: "number",
    requiresArg: true,
    coerce: count("--depth"),
    defaultDescription: "as far as it goes",
    describe: "With --image: at most so many steps from it",
  },
  format: { choices: GRAPH_FORMATS, default: "text", describe: "How the graph is written" },
} as const satisfies Record<string, Options>;
