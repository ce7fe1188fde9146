import { reachFilter, type Reach } from "../dockerfile/reach.ts";
import { UserError } from "../errors.ts";
import { contextsOf } from "./context-entries.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/** Asked for by frontends that do not find one beside the Dockerfile; what it says has been done already. */
const IGNORE_FILE = /(?:^|\/)[^/]*\.dockerignore$/;
const MOST_SHOWN = 3;

/**
 * That what the builder reads of an image's context, no paths being all of it, is what the Dockerfile says: only that was
 * sent, and has gone into the fingerprint. Triggers of a base that is not of the configuration say it nowhere else. Throws a
 * `UserError` where a file would be missing.
 */
export async function checkReads(run: Run, name: string, paths: readonly string[]): Promise<void> {
  const surveyed = imageIn(run.survey, name);
  const { facts } = surveyed;
  const asked: Reach = paths.length === 0 ? { kind: "everything" } : { kind: "paths", paths };
  if (isWithin(asked, facts.reach)) return;
  const entriesFor = async (reach: Reach) => {
    const files = { checkout: run.world.checkout, files: run.world.contextFiles };
    const reading = { ...surveyed, facts: { ...facts, reach } };
    return (await contextsOf(files, run.configured, reading, run.signal)).entries;
  };
  const sent = new Set((await entriesFor(facts.reach)).map(({ path }) => path));
  const missing = (await entriesFor(asked)).filter(({ path }) => !sent.has(path));
  if (missing.length > 0)
    throw untold(
      name,
      missing.map(({ path }) => path),
    );
}

/** Whether that is known without looking for files. */
function isWithin(asked: Reach, told: Reach): boolean {
  if (told.kind === "everything") return true;
  if (asked.kind === "everything") return false;
  // Such a path may come as two, which need not be there.
  if (told.paths.some((path) => path.includes(","))) return true;
  const filter = reachFilter(told);
  return asked.paths.every(
    (path) => told.paths.includes(path) || filter.keeps(path) || IGNORE_FILE.test(path),
  );
}

function untold(image: string, files: readonly string[]): UserError {
  const more = files.length > MOST_SHOWN ? ` and ${files.length - MOST_SHOWN} more` : "";
  return new UserError(
    `The build of ${image} reads files of its context that its Dockerfile does not name: ${files.slice(0, MOST_SHOWN).join(", ")}${more}. An ONBUILD instruction of what it is built on does that, or a frontend that \`# syntax=\` names.`,
    {
      remedy:
        "Say in the Dockerfile that the context is read, behind the FROM: `RUN --mount=type=bind,target=/mnt true`; `source=PATH` says which part.",
    },
  );
}
