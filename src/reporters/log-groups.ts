import type { ImageResult } from "../model/run.ts";
import { formatBytes } from "./amounts.ts";
import { printable, printableLines } from "./printable.ts";
import type { LogGroups } from "./reporter.ts";

/** So much of a log is shown; a hundred images must not fill what GitLab keeps of a job, which is 4 MB. */
const MOST_BYTES = 32_000;
const MOST_OF_FAILED = 256_000;

/** The end of an image's log, folded; nothing if it has none. */
export function logGroup(
  image: string,
  { log, outcome }: ImageResult,
  { read, fold }: LogGroups,
): readonly string[] {
  const most = outcome === "failed" ? MOST_OF_FAILED : MOST_BYTES;
  const end = log === undefined ? undefined : read(log, most);
  if (end === undefined || end.text.trim() === "") return [];
  const before = end.omitted === 0 ? [] : [`│ … ${formatBytes(end.omitted)} before this`];
  return fold(`${printable(image)}: build log`, [...before, ...printableLines(end.text).map(logLine)]);
}

/**
 * A line of a log that CI systems take for nothing else: GitHub reads commands at the beginning of lines (`::`), and those of
 * an older form (`##[`) anywhere in them.
 */
export function logLine(line: string): string {
  return `│ ${printable(line).replaceAll("##[", "## [")}`;
}

/** See https://docs.github.com/actions/reference/workflow-commands-for-github-actions#grouping-log-lines. */
export function foldOnGithub(title: string, lines: readonly string[]): readonly string[] {
  return [`::group::${title.replaceAll("%", "%25")}`, ...lines, "::endgroup::"];
}

/** See https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections. `time` is in seconds since 1970. */
export function foldOnGitlab(
  section: string,
  time: number,
  title: string,
  lines: readonly string[],
): readonly string[] {
  const start = `\u001B[0Ksection_start:${time}:${section}[collapsed=true]\r\u001B[0K${title}`;
  return [start, ...lines, `\u001B[0Ksection_end:${time}:${section}\r\u001B[0K`];
}
