import { Buffer } from "node:buffer";
import { readDirectives } from "./read-directives.ts";
import { KEYWORDS, readStages } from "./read-stages.ts";
import { splitInstructions } from "./split-instructions.ts";
import { splitLines } from "./split-lines.ts";

/** What a file's content is. */
export type Kind = "dockerfile" | "template" | "other";

/** Of Jinja, Go, ERB, m4 and autoconf: what is filled in by a program before BuildKit reads it. */
const TEMPLATE = /\{\{|\{%|<%|^[ \t]*%%|@[A-Z][A-Z0-9_]*@|^[ \t]*#include\b/m;

/** Says what a file's content is, whatever its name. What has no `FROM`, or words that are no instructions, is no Dockerfile. */
export function recognizeDockerfile(bytes: Uint8Array): Kind {
  const text = Buffer.from(bytes).toString("latin1");
  if (!/^[ \t]*(?:FROM|from|From)[ \t\\]/m.test(text)) return "other";
  const lines = splitLines(text);
  const { escape, frontend } = readDirectives(lines);
  if (frontend?.isForeign === true) return "other";
  const { instructions } = splitInstructions(lines, escape);
  const known = instructions.filter(({ keyword }) => KEYWORDS.includes(keyword));
  const strange = instructions.length - known.length;
  // A template may be made of little else than its marks.
  if (known.length > 0 && TEMPLATE.test(withoutShell(text))) return "template";
  const { stages } = readStages(instructions);
  return strange === 0 && stages.length > 0 ? "dockerfile" : "other";
}

/** `docker inspect --format '{{.Id}}'` and the like, inside of a `RUN`'s quotes, are no templates of this file. */
function withoutShell(text: string): string {
  return text.replace(/'[^'\n]*'|"[^"\n]*"/g, "").replace(/\$\{\{/g, "");
}
