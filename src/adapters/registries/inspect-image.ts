import type { Digest } from "../../model/digest.ts";
import type { Inspected } from "../../model/inspected.ts";
import type { Platform } from "../../model/image.ts";
import { readConfiguration, readManifest } from "./describe-image.ts";
import type { Place } from "./requests.ts";

/** How a manifest or an image's configuration says what it is for (OCI image specification). */
interface PlatformFields {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
}

/** Programs that make the same image each time write no time, or the first one there is. */
const A_DAY = 86_400_000;

/** Whether a digest is an index or an image, and for which platforms. `undefined` if the registry does not have it. */
export async function inspectImage(place: Place, digest: Digest): Promise<Inspected | undefined> {
  const manifest = await readManifest(place, digest);
  if (manifest === undefined) return undefined;
  if (manifest.manifests !== undefined) {
    const images = manifest.manifests.filter(({ platform }) => platform?.os !== "unknown");
    const platforms = images.map((image) => ({
      platform: platformOf(image.platform ?? {}),
      digest: image.digest,
    }));
    return { kind: "index", platforms };
  }
  const configuration = await readConfiguration(place, manifest);
  if (configuration === undefined) return undefined;
  const created = timeOf(configuration.created);
  return {
    kind: "image",
    platforms: [{ platform: platformOf(configuration), digest }],
    ...(created === undefined ? {} : { created }),
  };
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) || time < A_DAY ? undefined : time;
}

/** What goes without saying is left out, what must be said is added (containerd, platforms/database.go). */
function platformOf({ os = "", architecture = "", variant = "" }: PlatformFields): Platform {
  const isImplied =
    `${architecture}/${variant}` === "arm64/v8" || `${architecture}/${variant}` === "amd64/v1";
  const normal = architecture === "arm" && variant === "" ? "v7" : variant;
  return [os, architecture, isImplied ? "" : normal].filter((part) => part !== "").join("/");
}
