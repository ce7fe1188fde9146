import { UsageError } from "../errors.ts";
import type { PromotionTarget } from "../model/copy.ts";
import { nearest } from "../model/nearest.ts";
import { isImageName } from "../model/reference.ts";
import type { Configured } from "../operations/world.ts";

/** Where `--to` leads: a promotion of the configuration, or a registry. */
export function findTarget({ promotions }: Pick<Configured, "promotions">, to: string): PromotionTarget {
  const target = promotions.get(to) ?? asRegistry(to);
  if (target === undefined) throw unknown(to, [...promotions.keys()]);
  return target;
}

/** The tags that `--tag` says, or else those of the promotion. */
export function findTags(
  { tags }: PromotionTarget,
  { to, tag }: { readonly to: string; readonly tag?: string | undefined },
): readonly string[] {
  const wanted = tag === undefined ? tags : [tag];
  if (wanted.length === 0) throw noTags(to);
  return wanted;
}

/** A single word may be somebody's name at Docker Hub, and is a mistyped promotion. */
function asRegistry(to: string): PromotionTarget | undefined {
  if (!/[./:]/.test(to) || !isImageName(`${to}/x`)) return undefined;
  return { registry: to, names: new Map(), tags: [] };
}

function unknown(to: string, names: readonly string[]): UsageError {
  const near = nearest(to, names);
  const guess = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
  const known = names.length > 0 ? `The promotions are: ${names.join(", ")}. ` : "";
  return new UsageError(`--to ${to}: there is no such promotion${guess}`, {
    remedy: `${known}Name one of the configuration's \`promotions\`, or a registry such as docker.io/acme.`,
  });
}

/** What has no tag, registries may delete. */
function noTags(to: string): UsageError {
  return new UsageError(`--to ${to}: with which tag?`, {
    remedy: "Say it with --tag, or with `tags` of a promotion in the configuration.",
  });
}
