/**
 * Pruning: versions that nothing needs are deleted. What cannot be seen is needed: a clone that lacks history, a remote that
 * does not answer, a registry that refuses, and a version of unknown age stop it or stay.
 */
import type { Digest } from "../model/digest.ts";
import type { Version } from "../model/version.ts";
import type { Checkout, Registry } from "../ports.ts";
import { decidePrune, type Keep, type Pruning } from "./decide-prune.ts";

/** What is kept beside what is named in the git repository. */
export interface PruneRules extends Omit<Keep, "named"> {
  /** So many commits back from each branch and tag are looked at, too. */
  readonly history: number;
}

/** What would go. Nothing is changed. */
export async function planPrune(
  {
    checkout,
    registry,
  }: {
    readonly checkout: Pick<Checkout, "named">;
    readonly registry: Pick<Registry, "versions">;
  },
  repositories: readonly string[],
  { history, ...rules }: PruneRules,
  signal: AbortSignal,
): Promise<readonly Pruning[]> {
  const listed = await Promise.all(
    repositories.map(async (repository) => ({
      repository,
      versions: (await registry.versions(repository, signal)) ?? [],
    })),
  );
  // Asked last: a pin that was made in the meantime counts.
  const digests = listed.flatMap(({ versions }) => versions.map(({ digest }) => digest));
  const named = await checkout.named(new Set<Digest>(digests), history);
  signal.throwIfAborted();
  return listed.map(({ repository, versions }) => decidePrune(repository, versions, { ...rules, named }));
}

/** Deletes what goes, one repository after the other. */
export async function prune(
  registry: Pick<Registry, "delete">,
  prunings: readonly Pruning[],
  signal: AbortSignal,
): Promise<void> {
  for (const { repository, goes } of prunings) {
    signal.throwIfAborted();
    const digests = goes.map(({ digest }: Version) => digest);
    if (digests.length > 0) await registry.delete(repository, digests, signal);
  }
}
