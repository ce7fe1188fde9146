import type { Revision } from "../../ports.ts";
import type { Tracked, Version } from "./read-tracked.ts";

/** A file in its three versions; `undefined` where it has no such version. */
export interface Contents {
  readonly path: string;
  readonly working: Uint8Array | undefined;
  /** Whether something that is no file, a link say, is in the place of the working tree's. */
  readonly isBlocked: boolean;
  readonly index: Uint8Array | undefined;
  readonly head: Uint8Array | undefined;
  /** What git knows of it. */
  readonly tracked: Tracked | undefined;
  /** Whether a file that git does not know may be added. */
  readonly isAddable: boolean;
}

/** New bytes for each version that changes. */
export interface FilePlan {
  readonly path: string;
  readonly tracked: Tracked | undefined;
  readonly working?: { readonly before: Uint8Array | undefined; readonly after: Uint8Array };
  /** A new entry for the index, and one for the commit. */
  readonly index?: Uint8Array;
  readonly head?: Uint8Array;
}

/** A file that is left as it is although it should change. */
export interface Skipped {
  readonly path: string;
  readonly why: string;
}

/** Decides what becomes of a file in each of its versions; `undefined` says: nothing. Pure. */
export function planFile(contents: Contents, revision: Revision): FilePlan | Skipped | undefined {
  const { path, tracked, working, isBlocked, isAddable } = contents;
  const isCreated = revision.creates.includes(path);
  if (isCreated && isBlocked) return { path, why: "something that is no file is in its place" };
  const after = rememberLast((before) => changed(before, revision.rewrite(path, before)));
  const newWorking = working !== undefined || isCreated ? after(working) : undefined;
  const newIndex = newVersion(tracked?.index, tracked?.isIntent === true ? undefined : contents.index);
  const newHead = newVersion(tracked?.head, contents.head);
  // A filter whose content is not the text itself shows in that only one of the two changes.
  if (tracked?.opaque !== undefined && (newWorking === undefined) !== (newHead === undefined)) {
    return { path, why: tracked.opaque };
  }
  if (newWorking === undefined && newIndex === undefined && newHead === undefined) return undefined;
  return {
    path,
    tracked,
    ...(newWorking === undefined ? {} : { working: { before: working, after: newWorking } }),
    ...(newIndex === undefined ? {} : { index: newIndex }),
    ...(newHead === undefined ? {} : { head: newHead }),
  };

  function newVersion(version: Version | undefined, bytes: Uint8Array | undefined): Uint8Array | undefined {
    if (version === undefined) return isCreated && isAddable ? after(undefined) : undefined;
    return bytes !== undefined && isFile(version) ? after(bytes) : undefined;
  }
}

/** Links and submodules have other modes. */
export function isFile(version: Version): boolean {
  return version.mode === "100644" || version.mode === "100755";
}

type Rewrite = (before: Uint8Array | undefined) => Uint8Array | undefined;

/** The three versions are most often the same. */
function rememberLast(rewrite: Rewrite): Rewrite {
  let last: { readonly before: Uint8Array; readonly after: Uint8Array | undefined } | undefined;
  return (before) => {
    if (before === undefined) return rewrite(before);
    if (last === undefined || !Buffer.from(last.before).equals(before))
      last = { before, after: rewrite(before) };
    return last.after;
  };
}

function changed(before: Uint8Array | undefined, after: Uint8Array | undefined): Uint8Array | undefined {
  if (after === undefined || after === before) return undefined;
  return before !== undefined && Buffer.from(before).equals(after) ? undefined : after;
}
