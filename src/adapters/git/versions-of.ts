import type { FileVersion } from "../../ports.ts";
import { readBlobs } from "./blobs.ts";
import type { Folders } from "./folders.ts";
import { runGit } from "./run-git.ts";

/** Read at once: most questions are answered by the first few. */
const AT_ONCE = 16;

/**
 * The versions that a file had in the commits that HEAD is built on, also on branches whose version a merge did not take,
 * the newest first, `most` of them. As far back as the clone goes; none where there is no commit.
 */
export async function* versionsOf(
  folders: Folders,
  path: string,
  most: number,
): AsyncGenerator<FileVersion, void> {
  const versions = await listVersions(folders, path, most);
  for (let at = 0; at < versions.length; at += AT_ONCE) {
    const some = versions.slice(at, at + AT_ONCE);
    const blobs = await readBlobs(
      folders,
      some.map(({ blob }) => blob),
    );
    for (const { revision, blob } of some) {
      const bytes = blobs.get(blob);
      if (bytes !== undefined) yield { revision, bytes };
    }
  }
}

async function listVersions({ root }: Folders, path: string, most: number) {
  const log = ["log", "--full-history", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=%H"];
  const output = await runGit(root, [...log, `--max-count=${most}`, "--", `:(top,literal)${path}`], {
    // A repository without a commit.
    accepts: [0, 128],
  });
  const versions = new Map<string, string>();
  let revision = "";
  for (const line of output.toString().split("\n")) {
    const blob = /^:\d+ 100\d+ [0-9a-f]+ ([0-9a-f]+) [AMT]\t/.exec(line)?.[1];
    if (/^[0-9a-f]{40,}$/.test(line)) revision = line;
    else if (blob !== undefined && !versions.has(blob)) versions.set(blob, revision);
  }
  return [...versions].map(([blob, commit]) => ({ revision: commit, blob }));
}
