import { parseDockerignore } from "../dockerfile/dockerignore.ts";
import { reachFilter, wayFilter } from "../dockerfile/reach.ts";
import type { Image } from "../model/image.ts";
import type { Checkout, ContextEntry, ContextFilter } from "../ports.ts";
import type { SurveyedImage } from "./survey.ts";
import type { Configured } from "./world.ts";

/**
 * What of its context an image's build is sent, and what counts for its fingerprint: what `.dockerignore` leaves and the
 * Dockerfile can reach. Never the lockfile: a run writes it, so that an image with it inside would never settle. `files` is
 * where it is listed: the disk, or what git knows of it.
 */
export async function contextEntries<Entry extends ContextEntry>(
  { checkout, files }: Where<Entry>,
  { lockfile }: Pick<Configured, "lockfile">,
  { image, facts }: SurveyedImage,
  signal?: AbortSignal,
): Promise<readonly Entry[]> {
  const ignoreFile = Buffer.from((await readIgnoreFile(checkout, image)) ?? []).toString();
  const ignored = both(parseDockerignore(ignoreFile), {
    keeps: (path) => pathInCheckout(image, path) !== lockfile,
    enters: () => true,
    keepsAllBelow: (directory) => directory !== "" && !isAbove(pathInCheckout(image, directory), lockfile),
    namesIn: () => "any",
  });
  const list = (reached: ContextFilter) => files.list(image.context, both(ignored, reached), signal);
  // BuildKit follows a link on the way to a source: then no path says what the build can read.
  const hasLinks = (await list(wayFilter(facts.reach))).some(({ kind }) => kind === "link");
  return list(reachFilter(hasLinks ? { kind: "everything" } : facts.reach));
}

interface Where<Entry extends ContextEntry> {
  readonly checkout: Pick<Checkout, "read">;
  readonly files: {
    list(directory: string, filter: ContextFilter, signal?: AbortSignal): Promise<readonly Entry[]>;
  };
}

/** The path from the checkout's root of a path of an image's context. */
export function pathInCheckout({ context }: Image, path: string): string {
  return context === "." ? path : `${context}/${path}`;
}

/** Where ignore files of an image may be, from the checkout's root: the first that is there counts. */
export function ignoreFiles(image: Image): readonly string[] {
  return [`${image.dockerfile}.dockerignore`, pathInCheckout(image, ".dockerignore")];
}

/** The ignore file of the Dockerfile's own, which wins, or the context's; `undefined` if there is neither. */
export async function readIgnoreFile(
  checkout: Pick<Checkout, "read">,
  image: Image,
): Promise<Uint8Array | undefined> {
  const [own = "", context = ""] = ignoreFiles(image);
  return (await checkout.read(own)) ?? checkout.read(context);
}

function both(a: ContextFilter, b: ContextFilter): ContextFilter {
  return {
    keeps: (path) => a.keeps(path) && b.keeps(path),
    enters: (directory) => a.enters(directory) && b.enters(directory),
    keepsAllBelow: (directory) => a.keepsAllBelow(directory) && b.keepsAllBelow(directory),
    namesIn: (directory) => {
      const names = a.namesIn(directory);
      return names === "any" ? b.namesIn(directory) : names;
    },
  };
}

function isAbove(directory: string, path: string): boolean {
  return path.startsWith(`${directory}/`);
}
