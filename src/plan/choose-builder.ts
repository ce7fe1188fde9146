import type { BuilderChoice, BuilderReason } from "../model/builder.ts";
import type { Image } from "../model/image.ts";

/** What builds an image: the engine, unless the image needs what only buildx can do or a builder is named. Pure. */
export function chooseBuilder(image: Image): BuilderChoice {
  const because = reasonsOf(image);
  if (because.length === 0) return { kind: "engine" };
  return { kind: "buildx", because, ...(image.builder === undefined ? {} : { name: image.builder }) };
}

function reasonsOf(image: Image): readonly BuilderReason[] {
  const needs: readonly (readonly [BuilderReason, boolean])[] = [
    ["a builder that is named", image.builder !== undefined],
    ["several platforms", image.platforms.length > 1],
    ["arguments for single platforms", image.platformArgs !== undefined],
    ["a context in git", image.gitContext !== undefined],
    ["named contexts", image.contexts !== undefined],
    ["secrets", image.secrets !== undefined],
    ["SSH", image.ssh !== undefined],
    ["a cache from elsewhere", image.cacheFrom !== undefined],
    ["cache export", image.cacheTo !== undefined],
    ["provenance", image.provenance !== undefined],
    ["an SBOM", image.sbom === true],
    ["annotations", image.annotations !== undefined],
  ];
  return needs.filter(([, isNeeded]) => isNeeded).map(([reason]) => reason);
}
