/** Forges: GitHub and GitLab, by their own clients, which are loaded when a request is to be made. */
import { UserError } from "../../errors.ts";
import type { Forge } from "../../ports/forge.ts";
import { findAgent, openFetch } from "../http/fetch.ts";
import { findForge, type ForgeKind } from "./find-forge.ts";
import { findToken } from "./find-token.ts";

/** How a forge is found. */
export interface ForgeSettings {
  /** The remote's. */
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the command line says. */
  readonly forge: ForgeKind | undefined;
}

/** The forge of a remote, with the token that the environment has for it. */
export async function openForge({ url, environment, forge }: ForgeSettings): Promise<Forge> {
  const address = findForge(url, environment, forge);
  if (address.kind === "github") {
    const token = findToken("github", environment);
    if (token === undefined) throw noToken("GITHUB_TOKEN", "contents and pull requests, both for writing");
    const { openGitHub } = await import("./github.ts");
    return openGitHub(address, token, openFetch(environment));
  }
  const token = findToken("gitlab", environment);
  if (token === undefined) throw noToken("GITLAB_TOKEN", "the scope `api` and the role Developer");
  const [{ openGitLab }, agent] = await Promise.all([import("./gitlab.ts"), findAgent(environment)]);
  return openGitLab(address, token, agent);
}

function noToken(name: string, rights: string): UserError {
  return new UserError(`There is no token for the requests: ${name} is not set`, {
    remedy: `Set it to a token with ${rights}. In CI, pass it to the step: env: { ${name}: … }`,
  });
}
