import type { Decision, Plan } from "../model/plan.ts";
import { byName } from "./order.ts";

/** A plan for other tools (the design's section 9): indented JSON with its keys in a stable order, and a final newline. */
export function formatPlanJson({ decisions, leftStale }: Plan): string {
  const images = byName(decisions.map((decision) => [decision.image, decisionValue(decision)] as const));
  return `${JSON.stringify({ images: Object.fromEntries(images), leftStale }, undefined, 2)}\n`;
}

function decisionValue({ action, reasons, fingerprint, digest, builder, untracked }: Decision) {
  return { action, reasons, fingerprint, digest, builder, untracked };
}
