import type { ForgeKind } from "./find-forge.ts";

/** The variables that a forge's token is in, the first one first. */
export const TOKEN_VARIABLES: Readonly<Record<ForgeKind, readonly [string, ...string[]]>> = {
  github: ["GITHUB_TOKEN", "GH_TOKEN"],
  gitlab: ["GITLAB_TOKEN"],
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that has the token for a forge, if there is one. */
export function findTokenVariable(kind: ForgeKind, environment: Environment): string | undefined {
  return TOKEN_VARIABLES[kind].find((name) => environment[name] !== undefined && environment[name] !== "");
}

/** The token that the environment has for a forge. */
export function findToken(kind: ForgeKind, environment: Environment): string | undefined {
  const variable = findTokenVariable(kind, environment);
  return variable === undefined ? undefined : environment[variable];
}
