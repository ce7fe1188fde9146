import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Fetch } from "../http/ways.ts";
import type { ForgeAddress } from "./find-forge.ts";

/** Longer than this nobody waits for a rate limit to end. */
const MOST_PATIENCE_SECONDS = 300;
const MOST_WAITS = 3;

const Client = Octokit.plugin(retry, throttling);

/** A repository, and who asks for it. */
export interface GitHubApi {
  readonly client: InstanceType<typeof Client>;
  readonly owner: string;
  readonly repo: string;
}

/** A repository by GitHub's API, which is asked patiently. */
export function openGitHubApi(
  { api: baseUrl, project }: ForgeAddress,
  token: string,
  fetch: Fetch,
): GitHubApi {
  const [owner = "", repo = ""] = project.split("/");
  const waits = (seconds: number, _: unknown, __: unknown, count: number) =>
    seconds <= MOST_PATIENCE_SECONDS && count < MOST_WAITS;
  const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const client = new Client({
    auth: token,
    baseUrl,
    userAgent: "manage-images",
    log: silent,
    request: { fetch },
    throttle: { onRateLimit: waits, onSecondaryRateLimit: waits },
  });
  return { client, owner, repo };
}

function nothing(): void {
  // The program has its own way to tell.
}
