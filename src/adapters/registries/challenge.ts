/** What a registry asks for in `WWW-Authenticate` (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const PARAMETER = /([a-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/** The challenge of a `WWW-Authenticate` header; of several, the bearer one. */
export function parseChallenge(header: string | null): Challenge | undefined {
  const challenges = (header ?? "").split(/(?:^|,)\s*(?=[a-z]+\s+[a-z_]+=)/i).map((text) => text.trim());
  const parsed = challenges.filter((text) => text !== "").map(parseOne);
  return parsed.find(({ scheme }) => scheme === "bearer") ?? parsed[0];
}

function parseOne(text: string): Challenge {
  const [scheme = ""] = text.split(/\s/, 1);
  const found = [...text.slice(scheme.length).matchAll(PARAMETER)];
  const parameters = found.map(([, key = "", quoted, plain]) => [
    key.toLowerCase(),
    quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "",
  ]);
  return {
    scheme: scheme.toLowerCase(),
    parameters: Object.fromEntries(parameters) as Record<string, string>,
  };
}
