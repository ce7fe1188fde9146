import type { ElsewhereNotice } from "../model/run.ts";
import type { SuccessorOf } from "../model/successor.ts";
import type { Checkout, Contents } from "../ports.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/marks.ts";
import type { Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** Finds pins that do not carry what they are to carry, in files that no run writes to. Declared Dockerfiles are none of those. */
export async function findStaleElsewhere(
  checkout: Pick<Checkout, "read">,
  contents: Pick<Contents, "elsewhere">,
  { lockfile }: Pick<Configured, "lockfile">,
  survey: Survey,
  successorOf: SuccessorOf,
): Promise<readonly ElsewhereNotice[]> {
  const written = new Set([lockfile, ...[...survey.images.values()].map(({ image }) => image.dockerfile)]);
  const isWanted = (path: string) => survey.scanner.isInScope(path) && !written.has(path);
  const found = await contents.elsewhere(MARKS, isWanted);
  const staleOf = async (where: "submodule" | "untracked", paths: readonly string[]) => {
    const files: string[] = [];
    for (const path of paths) {
      const bytes = (await checkout.read(path)) ?? new Uint8Array();
      if (rewritePins(path, bytes, survey, successorOf).changes.length > 0) files.push(path);
    }
    return files.length === 0 ? [] : [{ kind: "stale-elsewhere", where, files } as const];
  };
  return [
    ...(await staleOf("submodule", found.submodules)),
    ...(await staleOf("untracked", found.untracked)),
    ...(found.unread.length === 0 ? [] : [{ kind: "unread-submodules", paths: found.unread } as const]),
    ...(found.illegible.length === 0 ? [] : [{ kind: "illegible-names", files: found.illegible } as const]),
  ];
}
