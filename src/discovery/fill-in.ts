/** What a variable stands for, if it is known. */
export type Lookup = (name: string) => string | undefined;

const VARIABLE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})/g;
const EXPRESSION = /\$\{\{(.*?)\}\}/gs;

/** A text with its `$X`, `${X}`, `${X:-default}` and `${X:+other}` filled in; `undefined` if one has no value. */
export function fillShell(text: string, lookup: Lookup): string | undefined {
  return fillEach(text, VARIABLE, ([whole, plain, braced, operator = "", word = ""]) => {
    if (whole === "$$") return "$";
    const value = lookup(plain ?? braced ?? "");
    const isSet = value !== undefined && !(operator.startsWith(":") && value === "");
    if (operator.endsWith("+")) return isSet ? word : "";
    if (isSet) return value;
    return operator.endsWith("-") ? word : undefined;
  });
}

/** A text with its `${{ … }}` filled in; `undefined` if one has no value. */
export function fillExpressions(text: string, lookup: Lookup): string | undefined {
  return fillEach(text, EXPRESSION, ([, expression = ""]) => evaluate(expression.trim(), lookup));
}

function fillEach(
  text: string,
  pattern: RegExp,
  valueOf: (match: RegExpExecArray) => string | undefined,
): string | undefined {
  const matches = [...text.matchAll(pattern)];
  const values = matches.map(valueOf);
  if (values.includes(undefined)) return undefined;
  let end = 0;
  const parts = matches.map((match, index) => {
    const before = text.slice(end, match.index);
    end = match.index + match[0].length;
    return before + (values[index] ?? "");
  });
  return parts.join("") + text.slice(end);
}

/** Names, texts in quotes, and `a || b`. */
function evaluate(expression: string, lookup: Lookup): string | undefined {
  for (const part of expression.split("||").map((each) => each.trim())) {
    const quoted = /^'([^']*)'$/.exec(part)?.[1];
    const value = quoted ?? (/^[\w.-]+$/.test(part) ? lookup(part) : undefined);
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** Fills in each value; a key whose value is not known is named instead. */
export function fillAll(
  pairs: Readonly<Record<string, string>>,
  fill: (text: string) => string | undefined,
): { readonly known: Readonly<Record<string, string>>; readonly unknown: readonly string[] } {
  const filled = Object.entries(pairs).map(([key, text]) => [key, fill(text)] as const);
  return {
    known: Object.fromEntries(
      filled.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    ),
    unknown: filled.flatMap(([key, value]) => (value === undefined ? [key] : [])),
  };
}
