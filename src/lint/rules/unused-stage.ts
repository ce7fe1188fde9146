import { fromByteText } from "../../dockerfile/byte-text.ts";
import type { StageNode } from "../../dockerfile/read-dockerfile.ts";
import { startOf } from "../instructions.ts";
import type { Found, Rule } from "../linted.ts";

/** Every stage must be of use to an image. */
export const unusedStage: Rule = ({ structure, usedStages }) =>
  structure.stages.flatMap((node, index) => (usedStages.has(index) ? [] : [violation(node, index)]));

function violation({ stage }: StageNode, index: number): Found {
  const name = stage.name === undefined ? `number ${index}` : `\`${fromByteText(stage.name)}\``;
  return {
    rule: "unused-stage",
    at: startOf(stage.from),
    message: `no image of the configuration needs the stage ${name}`,
    remedy: "remove it, or declare an image with it as `target`",
  };
}
