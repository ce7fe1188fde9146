import type { Login } from "../../ports/forge.ts";
import { recognizeForge, type ForgeAddress, type ForgeKind } from "./find-forge.ts";
import { findToken } from "./find-token.ts";
import type { ForgeSettings } from "./open-forge.ts";

/** With a token it is of no account who one is, but somebody one must be. */
const NAMES = {
  github: { username: "x-access-token" },
  // A job's own token may read and, as a rule, not push.
  gitlab: { username: "oauth2", outranks: "gitlab-ci-token" },
} as const satisfies Record<ForgeKind, Partial<Login>>;

/** The forge's token as a login for git at a URL, if that is at the remote's forge, whose API gets the same token, and nowhere else. */
export function findLogin(at: string, { url, environment, forge }: ForgeSettings): Login | undefined {
  // A line end would be another line for those that are asked line by line.
  if (!/^https?:\/\/\S+$/.test(at) || !URL.canParse(at)) return undefined;
  const { kind, address } = recognizeForge(url, environment, forge);
  if (kind === undefined || address === undefined) return undefined;
  const password = findToken(kind, environment);
  const server = environment[kind === "github" ? "GITHUB_SERVER_URL" : "CI_SERVER_URL"];
  const isForges = new URL(at).origin === originOf(address, server);
  return password !== undefined && isForges ? { ...NAMES[kind], password } : undefined;
}

/** Where a forge's repositories are: at the host of its API, GitHub's own and that of its tenants aside. */
function originOf({ api }: ForgeAddress, server: string | undefined): string | undefined {
  if (server !== undefined && URL.canParse(server)) return new URL(server).origin;
  if (!URL.canParse(api)) return undefined;
  const { protocol, host } = new URL(api);
  const isApart = host === "api.github.com" || host.endsWith(".ghe.com");
  return `${protocol}//${isApart ? host.replace(/^api\./, "") : host}`;
}
