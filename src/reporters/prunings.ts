import type { Version } from "../model/version.ts";
import { countOf, formatBytes } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { printable } from "./printable.ts";
import { shortDigest } from "./short-digest.ts";
import { formatTable, type Cell } from "./table.ts";

/** What of a repository goes or went. */
export interface PrunedRepository {
  readonly repository: string;
  readonly goes: readonly Version[];
  readonly stays: number;
  readonly ageless: number;
}

/** What goes, with its size and age, and what that comes to. */
export function formatPrunings(
  prunings: readonly PrunedRepository[],
  isDone: boolean,
  colours: Colours,
): string {
  const rows = prunings.flatMap(({ repository, goes }) =>
    goes.map(({ digest, tags, bytes, since }): Cell[] => [
      { text: repository },
      { text: shortDigest(digest) },
      { text: since === undefined ? "" : new Date(since).toISOString().slice(0, 10) },
      { text: formatBytes(bytes) },
      { text: printable(tags.join(" ")), paint: colours.dim },
    ]),
  );
  const count = countOf(rows.length, "version");
  const sizes = `${formatBytes(bytesOf(prunings))} at most: layers may be shared`;
  const stays = sum(prunings.map((each) => each.stays));
  const ageless = sum(prunings.map((each) => each.ageless));
  const lines = [
    ...formatTable(rows),
    rows.length === 0
      ? `Nothing to delete; ${countOf(stays, "version")} ${stays === 1 ? "stays" : "stay"}.`
      : `${isDone ? "Deleted" : "Would delete"} ${count} (${sizes}); ${stays} ${stays === 1 ? "stays" : "stay"}.`,
    ...(ageless === 0
      ? []
      : [`${countOf(ageless, "version")} of unknown age among them; --keep-days 0 leaves age aside.`]),
    ...(rows.length > 0 && !isDone ? ["Nothing was deleted. To delete: the same with --yes"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for other tools. */
export function formatPruningsJson(prunings: readonly PrunedRepository[], isDone: boolean): string {
  const repositories = prunings.map(({ repository, goes, stays, ageless }) => [
    repository,
    { goes: goes.map(({ digest, tags, bytes }) => ({ digest, tags, bytes })), stays, ageless },
  ]);
  const value = {
    deleted: isDone,
    bytes: bytesOf(prunings),
    repositories: Object.fromEntries(repositories) as object,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function bytesOf(prunings: readonly PrunedRepository[]): number {
  return sum(prunings.flatMap(({ goes }) => goes.map(({ bytes }) => bytes)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
