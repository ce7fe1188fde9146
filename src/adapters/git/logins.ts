import { UserError } from "../../errors.ts";
import type { FindLogin } from "../../ports/forge.ts";
import { loginEnvironment, type Environment } from "./login-environment.ts";
import { once } from "./once.ts";
import { homeUrl } from "./remote-url.ts";
import { runGit, type GitOptions } from "./run-git.ts";

/** What git is run with so that it can log in at a URL. */
export interface Logins {
  /** At a remote that was named. */
  readonly atRemote: (url: string) => Promise<Environment>;
  /** At what nobody has named, such as what a Dockerfile is built from: only where the checkout is at home, too. */
  readonly atHome: (url: string) => Promise<Environment>;
}

/** The logins of `findLogin`, for where git has none of its own. Each is looked for once. */
export function openLogins(root: string, findLogin: FindLogin): Logins {
  const home = once(() => homeUrl(root));
  const loggedIn = async (url: string, at: string | undefined) => {
    const login = at === undefined ? undefined : findLogin(url, at);
    return login === undefined ? {} : loginEnvironment(root, url, login);
  };
  return {
    atRemote: once((url) => loggedIn(url, url)),
    atHome: once(async (url) => loggedIn(url, await home(""))),
  };
}

/** Git that asks a remote; its failure to log in comes with what to do. */
export async function runAt(root: string, args: readonly string[], options: GitOptions): Promise<Buffer> {
  return runGit(root, args, options).catch((error: unknown) => {
    const isRefused =
      error instanceof UserError &&
      /Authentication failed|could not read (?:Username|Password)|returned error: 40[13]/.test(error.message);
    if (!isRefused) throw error;
    throw new UserError(error.message, {
      remedy:
        "Log git in there, or set GITHUB_TOKEN (GitLab: GITLAB_TOKEN) to a token that may read this repository's contents, and write them if it is to be pushed to.",
      cause: error,
    });
  });
}
