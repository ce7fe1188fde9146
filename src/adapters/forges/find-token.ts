import type { ForgeKind } from "./find-forge.ts";

/** The variables that a forge's token is in, the first one first. */
const NAMES: Readonly<Record<ForgeKind, readonly string[]>> = {
  github: ["GITHUB_TOKEN", "GH_TOKEN"],
  gitlab: ["GITLAB_TOKEN"],
};

/** The token that the environment has for a forge. */
export function findToken(
  kind: ForgeKind,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return NAMES[kind].map((name) => environment[name]).find((value) => value !== undefined && value !== "");
}
