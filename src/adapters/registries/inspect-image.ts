import type { Digest } from "../../model/digest.ts";
import type { Inspected } from "../../model/inspected.ts";
import { imagesOf, readConfiguration, readManifest, usualPlatform } from "./manifests.ts";
import type { Place } from "./requests.ts";

/** Programs that make the same image each time write no time, or the first one there is. */
const A_DAY = 86_400_000;

/** Whether a digest is an index or an image, and for which platforms. `undefined` if the registry does not have it. */
export async function inspectImage(place: Place, digest: Digest): Promise<Inspected | undefined> {
  const manifest = await readManifest(place, digest);
  if (manifest === undefined) return undefined;
  if (manifest.manifests !== undefined) {
    const platforms = imagesOf(manifest.manifests).map((image) => ({
      platform: usualPlatform(image.platform ?? {}),
      digest: image.digest,
    }));
    return { kind: "index", platforms };
  }
  const configuration = await readConfiguration(place, manifest);
  if (configuration === undefined) return undefined;
  const created = timeOf(configuration.created);
  return {
    kind: "image",
    platforms: [{ platform: usualPlatform(configuration), digest }],
    ...(created === undefined ? {} : { created }),
  };
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) || time < A_DAY ? undefined : time;
}
