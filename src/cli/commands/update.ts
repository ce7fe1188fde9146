import { UsageError } from "../../errors.ts";
import { canonicalName, splitName, type Reference } from "../../model/reference.ts";
import { planUpdates } from "../../operations/update-bases.ts";
import { matcherOf } from "../compile-globs.ts";
import { editCommand, type EditFlags } from "../edit-command.ts";
import { findImages } from "../find-images.ts";
import type { Terminal } from "../terminal.ts";
import { openWorld } from "../world.ts";

/** The flags of `manage-images update`. */
export interface UpdateFlags extends EditFlags {
  readonly image?: readonly string[] | undefined;
  readonly base?: readonly string[] | undefined;
  /** Milliseconds. */
  readonly minimumAge?: number | undefined;
}

/** `manage-images update`: moves pinned bases to what their tags point at now. */
export async function updateCommand(terminal: Terminal, flags: UpdateFlags): Promise<number> {
  const isIncluded = matcherOf("--include", flags.include ?? []);
  const asked = askedBases(flags.base);
  return editCommand(terminal, flags, "update", async (project, surveyed) => {
    const { configured, contents } = project;
    const images = findImages(configured.images, flags.image ?? ["all"]).map(({ name }) => name);
    const age = {
      now: Date.now(),
      minimumAge: flags.minimumAge ?? 0,
      platforms: [...new Set(configured.images.flatMap(({ platforms }) => platforms))],
    };
    const scope = { images, isIncluded, isWanted: asked.isWanted, age };
    const world = openWorld(terminal, project, flags, () => undefined);
    const edits = await planUpdates(world, await contents(), configured, surveyed, scope, terminal.interrupt);
    asked.check();
    return edits;
  });
}

/** Which bases `--base` names, and whether there was one of them. */
function askedBases(globs: readonly string[] | undefined) {
  if (globs === undefined) return { isWanted: () => true, check: () => undefined };
  const matches = matcherOf("--base", globs);
  const met = new Set<string>();
  let isMet = false;
  return {
    isWanted: (reference: Reference) => {
      const isWanted = namesOf(reference).some(matches);
      met.add(shortName(reference));
      isMet ||= isWanted;
      return isWanted;
    },
    check: () => {
      if (isMet) return;
      throw new UsageError(`No pinned base is called ${globs.join(" or ")}.`, {
        remedy: `The pinned bases, which may also be written with their registries, are: ${[...met].toSorted().join(", ") || "none"}`,
      });
    },
  };
}

/** The ways to write a base: as it is written, in full, and short; with its tag and without. */
function namesOf(reference: Reference): readonly string[] {
  const { name, tag = "latest" } = reference;
  const names = [name, canonicalName(name), pathOf(reference)];
  return names.flatMap((each) => [each, `${each}:${tag}`]);
}

function shortName(reference: Reference): string {
  return reference.tag === undefined ? pathOf(reference) : `${pathOf(reference)}:${reference.tag}`;
}

function pathOf({ name }: Reference): string {
  return splitName(name).path.replace(/^library\//, "");
}
