import { posix } from "node:path";
import { UserError } from "../errors.ts";
import type { LockEntry } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import type { Discovery, FoundDigest } from "../model/discovery.ts";
import { splitName } from "../model/reference.ts";
import type { Registry } from "../ports.ts";
import { ownerOfPin } from "../references/pin.ts";
import { askEach } from "./ask-each.ts";
import type { FoundPin } from "./find-pins.ts";
import type { Survey } from "./survey.ts";

/** The digests that the files of a repository agree on and that the registry has. */
export interface FoundDigests {
  readonly entries: ReadonlyMap<string, LockEntry>;
  readonly findings: readonly Discovery[];
}

/** A digest that stands for "not built yet". */
const NONE = /^sha256:0{64}$/;

/** Lists that are kept to be what is true; where other files differ from them it is those that have drifted. */
const LISTS = ["prod_digests.txt"];

/** Looks for each image's digest in the pins, and asks the registry whether it has it. */
export async function findDigests(
  registry: Pick<Registry, "resolve">,
  survey: Survey,
  pins: readonly FoundPin[],
  signal: AbortSignal,
): Promise<FoundDigests> {
  const found = [...survey.images.values()].map(({ image }) => ({
    image,
    digests: digestsOf(pins.filter(({ pin }) => ownerOfPin(survey.owner, pin) === image.name)),
  }));
  const questions = new Map(
    found.flatMap(({ image, digests: [first, ...others] }) =>
      first === undefined || others.length > 0
        ? []
        : [[image.name, { name: image.repository, digest: first.digest }] as const],
    ),
  );
  const silent = new Map<string, string>();
  const answers = await askEach(
    questions,
    async (reference, until) => {
      const { registry: host } = splitName(reference.name);
      const before = silent.get(host);
      if (before !== undefined) return before;
      try {
        return (await registry.resolve(reference, until)) === undefined
          ? "the registry does not have it"
          : undefined;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        silent.set(host, error.message);
        return error.message;
      }
    },
    signal,
  );
  const entries = new Map<string, LockEntry>();
  const findings: Discovery[] = [];
  for (const { image, digests } of found) {
    const digest = questions.get(image.name)?.digest;
    const why = answers.get(image.name);
    if (digests.length > 1) findings.push({ kind: "digests-differ", image: image.name, digests });
    if (digest === undefined) continue;
    if (why === undefined) entries.set(image.name, { repository: image.repository, digest });
    else findings.push({ kind: "digest-unconfirmed", image: image.name, digest, why });
  }
  return { entries, findings };
}

/** The different digests of one image's pins; only that of the list where there is one. */
function digestsOf(pins: readonly FoundPin[]): readonly FoundDigest[] {
  const listed = pins.filter(({ file }) => LISTS.includes(posix.basename(file)));
  const counted = (listed.length > 0 ? listed : pins).filter(({ pin }) => !NONE.test(pin.digest));
  const byDigest = new Map<Digest, FoundDigest>();
  for (const { pin, file, line, column } of counted) {
    const places = [...(byDigest.get(pin.digest)?.places ?? []), { file, line, column }];
    byDigest.set(pin.digest, { digest: pin.digest, places });
  }
  return [...byDigest.values()];
}
