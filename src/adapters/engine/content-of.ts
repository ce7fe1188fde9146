import { formatConfig, type ImageContent } from "../../model/content.ts";

/** What the engine says of an image (`GET /images/{name}/json`), as far as it matters to those who use the image. */
export function contentOf(inspected: unknown): ImageContent {
  const { Os, Architecture, Variant, RootFS, Config } = inspected as Inspected;
  return {
    platform: [Os, Architecture, Variant].filter(Boolean).join("/"),
    layers: RootFS?.Layers ?? [],
    config: formatConfig(Config),
  };
}

interface Inspected {
  readonly Os?: string;
  readonly Architecture?: string;
  readonly Variant?: string;
  readonly RootFS?: { readonly Layers?: readonly string[] };
  readonly Config?: unknown;
}
