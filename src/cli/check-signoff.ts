import { UsageError } from "../errors.ts";
import type { CommitSettings } from "../model/commit-settings.ts";

/** A `UsageError` where a commit that the forge is to make is to be signed off by whoever commits here. */
export function checkSignoff(
  { commit }: { readonly commit: CommitSettings },
  { commitWith }: { readonly commitWith?: "git" | "api" | undefined },
): void {
  if (commitWith !== "api" || !commit.signoff) return;
  throw new UsageError("commit.signoff and --commit-with api exclude each other: GitHub is who commits", {
    remedy: 'Name who signs off in commit.trailers: { "Signed-off-by": "Name <address>" }.',
  });
}
