import { UserError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import type { Platform } from "../model/image.ts";
import type { ImageSize } from "../model/image-size.ts";
import type { ImageResult, Notice } from "../model/run.ts";
import type { Registry } from "../ports.ts";
import { createLimit } from "../schedule/create-limit.ts";
import type { Results } from "./run.ts";

/** Asks for sizes while a run goes on. */
export interface Measuring {
  /** Asks for those of an image that is finished. */
  begin(image: string, repository: string, result: ImageResult): void;
  /** The results with their sizes. That a size is not known is no failure of what was built. */
  end(results: Results): Promise<{ readonly results: Results; readonly notices: readonly Notice[] }>;
}

/** Most questions to registries at the same time. */
const MOST_QUESTIONS = 16;

/** Asks a registry; nothing is asked any more once the run is interrupted. */
export function openMeasuring(registry: Pick<Registry, "sizes">, signal: AbortSignal): Measuring {
  const limit = createLimit(MOST_QUESTIONS);
  const asked = new Map<string, Promise<ImageResult["sizes"] | UserError>>();
  const ask = async (repository: string, digest: Digest | undefined) =>
    digest === undefined
      ? new Map<Platform, number>()
      : limit(() => registry.sizes(repository, digest, signal));
  const measure = async (repository: string, { digest, previous }: ImageResult) => {
    try {
      const now = await ask(repository, digest);
      return compareSizes(now, previous === digest ? now : await ask(repository, previous));
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof UserError) return error;
      throw error;
    }
  };
  return {
    begin: (image, repository, result) => {
      if (result.digest === undefined) return;
      const sizes = measure(repository, result);
      // It is waited for at the end.
      sizes.catch(() => undefined);
      asked.set(image, sizes);
    },
    end: async (results) => {
      const measured = new Map(results);
      const failures = new Map<string, UserError>();
      for (const [image, result] of results) {
        const sizes = await asked.get(image);
        if (sizes instanceof UserError) failures.set(image, sizes);
        else if (sizes !== undefined) measured.set(image, { ...result, sizes });
      }
      return { results: measured, notices: noticesOf(failures) };
    },
  };
}

function compareSizes(
  now: ReadonlyMap<Platform, number>,
  before: ReadonlyMap<Platform, number>,
): Readonly<Record<Platform, ImageSize>> | undefined {
  if (now.size === 0) return undefined;
  return Object.fromEntries(
    [...now].map(([platform, bytes]) => {
      const previous = before.get(platform);
      return [platform, previous === undefined ? { bytes } : { bytes, previous }];
    }),
  );
}

function noticesOf(failures: ReadonlyMap<string, UserError>): readonly Notice[] {
  const [first] = failures.values();
  return first === undefined ? [] : [{ kind: "no-sizes", images: [...failures.keys()], why: first.message }];
}
