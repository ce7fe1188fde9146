/**
 * What the registry says of the digests: are they there, of the right kind, and kept by a tag? Each question is asked once;
 * that there is no answer is an error and never an absence.
 */
import type { Digest } from "../model/digest.ts";
import type { Drift, ManifestKind, Place } from "../model/drift.ts";
import { fingerprintTag } from "../model/fingerprint.ts";
import { canonicalName, formatReference, type Reference } from "../model/reference.ts";
import type { Registry } from "../ports.ts";
import { createLimit } from "../schedule/create-limit.ts";
import type { FoundPin } from "./find-pins.ts";
import { judgeBase, judgeEntry, judgeStalePin } from "./judge-remote.ts";
import { imageIn, type Survey } from "./survey.ts";

/** Where to ask. */
export interface RemoteWorld {
  readonly registry: Pick<Registry, "resolve" | "kindOf">;
  readonly signal: AbortSignal;
}

/** A pin that does not have the lockfile's digest. */
export type StalePinDrift = Drift & {
  readonly kind: "stale-pin" | "earlier-pin" | "hidden-pin";
};

/** What is asked about. */
export interface RemoteQuestions {
  /** Images with an entry in the lockfile, and where that is. */
  readonly entries: ReadonlyMap<string, Place>;
  readonly stalePins: readonly StalePinDrift[];
  readonly bases: readonly FoundPin[];
}

/** Most questions to registries at the same time. */
const LOOK_UPS = 16;

/** Finds drift between what the repository says and what registries have. */
export async function checkRemote(
  world: RemoteWorld,
  survey: Survey,
  { entries, stalePins, bases }: RemoteQuestions,
): Promise<readonly Drift[]> {
  const ask = openQuestions(world);
  const repositoryOf = (image: string) => imageIn(survey, image).image.repository;
  const found = await Promise.all([
    ...[...entries].map(async ([image, place]) => {
      const drift = await checkEntry(ask, survey, image);
      return drift.map((each): Drift => ({ ...place, ...each }));
    }),
    ...stalePins.map(async (pin): Promise<readonly Drift[]> => {
      const { file, line, column, image, expected } = pin;
      const name = repositoryOf(image);
      const kinds = await kindsOf(ask, { name, digest: pin.found }, { name, digest: expected });
      return judgeStalePin(pin, name, ...kinds).map((each) => ({ file, line, column, ...each }));
    }),
    ...bases.map(async ({ pin, ...place }): Promise<readonly Drift[]> => {
      const { name, tag, digest } = pin;
      const kinds = await kindsOf(ask, { name, digest }, tag === undefined ? undefined : { name, tag });
      return judgeBase(pin, ...kinds).map((each) => ({ ...place, ...each }));
    }),
  ]);
  return found.flat();
}

interface Questions {
  kindOf(reference: Reference): Promise<ManifestKind | undefined>;
  resolve(reference: Reference): Promise<Digest | undefined>;
}

function openQuestions({ registry, signal }: RemoteWorld): Questions {
  const limit = createLimit(LOOK_UPS);
  const once = <Answer>(ask: (reference: Reference) => Promise<Answer>) => {
    const answers = new Map<string, Promise<Answer>>();
    return (reference: Reference) => {
      const key = formatReference({ ...reference, name: canonicalName(reference.name) });
      const answer = answers.get(key) ?? limit(() => ask(reference));
      answers.set(key, answer);
      return answer;
    };
  };
  return {
    kindOf: once((reference) => registry.kindOf(reference, signal)),
    resolve: once((reference) => registry.resolve(reference, signal)),
  };
}

async function checkEntry(ask: Questions, survey: Survey, image: string) {
  const entry = survey.lockfile.images.get(image);
  if (entry === undefined) return [];
  const { repository: name, digest, fingerprint } = entry;
  const tag = fingerprint === undefined ? undefined : fingerprintTag(fingerprint);
  const [kind, kept] = await Promise.all([
    ask.kindOf({ name, digest }),
    tag === undefined ? undefined : ask.resolve({ name, tag }),
  ]);
  return judgeEntry(image, { name, digest }, kind, tag === undefined ? undefined : { tag, kept });
}

/** The tag or digest that another is compared with is asked for only where there is one. */
async function kindsOf(ask: Questions, reference: Reference, other: Reference | undefined) {
  return Promise.all([ask.kindOf(reference), other === undefined ? undefined : ask.kindOf(other)]);
}
