/**
 * Where the digest of a `FROM` belongs that is written with arguments.
 *
 * BuildKit fetches the digest and does not look at the tag beside it. So a digest must stand where the tag stands: in the
 * default of the argument that is the reference, or its tag. Whoever sets the argument replaces both, and nobody gets
 * the image of one tag under the name of another. Arguments before the last `/` say from where, not what: they may stay.
 */
import type { Hindrance } from "../model/pinning.ts";
import type { GlobalArgument } from "./arguments.ts";

/** What is known of the arguments of a file's `FROM`s. */
export interface FromArguments {
  readonly globals: ReadonlyMap<string, GlobalArgument>;
  isConfigured(name: string): boolean;
  isPlatform(name: string): boolean;
}

/** A part of a `FROM`'s text that is a variable. */
interface Variable {
  readonly name: string;
  /** Index behind it. */
  readonly end: number;
}

/** Where a digest goes: into the text itself, or behind an argument's default (`isWhole`: of a whole reference or digest). */
export type End =
  | { readonly kind: "text"; readonly index: number }
  | { readonly kind: "default"; readonly argument: string; readonly isWhole: boolean }
  | { readonly kind: "hindered"; readonly hindrance: Hindrance };

const VARIABLE = /\$(?:\{([A-Za-z_]\w*)(?::?-[^${}"'\\]*)?\}|([A-Za-z_]\w*))/g;
const TAIL = /\$(?:\{([A-Za-z_]\w*)(?:(:?-)([^${}"'\\]+))?\}|([A-Za-z_]\w*))$/;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Where the digest of a reference ends, or would end. `text` is what stands in the file between `FROM` and `AS`. */
export function endOfReference(text: string, known: FromArguments): End {
  if (!text.includes("$")) return { kind: "text", index: text.length - (/["']$/.test(text) ? 1 : 0) };
  const isQuoted = /^".*"$/.test(text);
  const body = isQuoted ? text.slice(1, -1) : text;
  const end = endInBody(body, known);
  return end.kind === "text" && isQuoted ? { ...end, index: end.index + 1 } : end;
}

function endInBody(body: string, known: FromArguments): End {
  const masked = body.replace(VARIABLE, (variable) => "\0".repeat(variable.length));
  if (/[$"'\\\s]/.test(masked)) return hindered({ kind: "unclear" });
  const variables = variablesIn(body);
  const platform = variables.find(({ name }) => known.isPlatform(name));
  if (platform !== undefined) return hindered({ kind: "platform", argument: platform.name });
  // The author put it there; with another digest it is no less true.
  if (DIGEST.test(masked)) return { kind: "text", index: body.length };
  const tail = TAIL.exec(body);
  if (tail !== null && body.charAt(tail.index - 1) === "@") return endAtTail(body, tail, known);
  const fixed = tail === null ? variables : variables.slice(0, -1);
  const hindrance = fixed.map((variable) => hindranceBy(variable, masked, known)).find(Boolean);
  if (hindrance !== undefined) return hindered(hindrance);
  return tail === null ? { kind: "text", index: body.length } : endAtTail(body, tail, known);
}

function variablesIn(body: string): readonly Variable[] {
  return [...body.matchAll(VARIABLE)].map((match) => ({
    name: match[1] ?? match[2] ?? "",
    end: match.index + match[0].length,
  }));
}

function hindranceBy({ name, end }: Variable, masked: string, known: FromArguments): Hindrance | undefined {
  const slash = masked.lastIndexOf("/");
  const isComposed = known.globals.has(name) && !known.isConfigured(name) && !isLiteral(name, known);
  if (end <= slash) return isComposed ? { kind: "composed-argument", argument: name } : undefined;
  const isTag = masked.slice(slash + 1, end).includes(":");
  return { kind: isTag ? "part-of-tag" : "part-of-name", argument: name };
}

/** The last part of the text is a variable: all of the reference, its tag, its digest, or all behind a slash. */
function endAtTail(body: string, tail: RegExpExecArray, known: FromArguments): End {
  const before = body.slice(0, tail.index);
  const argument = tail[1] ?? tail[4] ?? "";
  // A digest stays one, whoever else reads the argument.
  const isWhole = before === "" || before.endsWith("@");
  if (!isWhole && !/[:/]$/.test(before))
    return hindered({ kind: /:[^/]*$/.test(before) ? "part-of-tag" : "part-of-name", argument });
  if (known.isConfigured(argument)) return hindered({ kind: "set-by-configuration", argument });
  const hasDefaultHere = tail[3] !== undefined;
  const value = known.globals.get(argument);
  const isUnset = value === undefined || (tail[2] === ":-" && value.text === "");
  if (hasDefaultHere && isUnset) return { kind: "text", index: body.length - 1 };
  if (!isLiteral(argument, known)) return hindered({ kind: "composed-argument", argument });
  return { kind: "default", argument, isWhole };
}

function isLiteral(argument: string, { globals }: FromArguments): boolean {
  return globals.get(argument)?.written !== undefined;
}

function hindered(hindrance: Hindrance): End {
  return { kind: "hindered", hindrance };
}
