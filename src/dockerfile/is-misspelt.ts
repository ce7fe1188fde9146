const SHORTEST = 5;

/**
 * Whether a name is likely to be another one, mistyped: one letter too many, too few or wrong, or two neighbours
 * exchanged. Short names are too near to each other to tell, and a digit more or less (`node`, `node2`) is no mistake.
 */
export function isMisspelt(written: string, meant: string): boolean {
  if (Math.min(written.length, meant.length) < SHORTEST || written === meant) return false;
  if (withoutDigits(written) === withoutDigits(meant)) return false;
  const [rest, other] = withoutCommonEnds(written, meant);
  if (rest.length <= 1 && other.length <= 1) return true;
  return rest.length === 2 && other === rest.slice(1) + rest.slice(0, 1);
}

function withoutDigits(name: string): string {
  return name.replace(/[0-9._-]/g, "");
}

function withoutCommonEnds(a: string, b: string): readonly [string, string] {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}
