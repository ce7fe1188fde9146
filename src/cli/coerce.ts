/** What flags take. The parser passes on what is said of a value and nothing else: what to write is in the sentence. */
import { UsageError } from "../errors.ts";

/** The values of a flag that may be repeated. */
export function texts(value: string | readonly string[]): readonly string[] {
  return [value].flat();
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Milliseconds. */
export function duration(flag: string): (value: string) => number {
  return (value) => {
    const [, digits = "", unit = ""] = /^(\d{1,6})([mhdw])$/.exec(value) ?? [];
    const seconds = UNITS[unit];
    if (seconds !== undefined) return Number(digits) * seconds * 1000;
    throw new UsageError(`${flag} takes a number of minutes, hours, days or weeks: 30m, 12h, 3d, 2w`);
  };
}

/** A platform. */
export function platform(value: string): string {
  if (/^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/.test(value)) return value;
  throw new UsageError(`--platform ${JSON.stringify(value)} is no platform; write it like linux/arm64`);
}

/** A whole number from 0. */
export function count(flag: string): (value: number) => number {
  return (value) => {
    if (Number.isInteger(value) && value >= 0) return value;
    throw new UsageError(`${flag} takes a whole number from 0`);
  };
}

/** A whole number from 1. */
export function bound(flag: string): (value: number) => number {
  return (value) => {
    if (Number.isInteger(value) && value >= 1) return value;
    throw new UsageError(`${flag} takes a whole number from 1`);
  };
}

/** A branch, which git would only refuse at the end (git-check-ref-format(1)). */
export function branch(flag: string): (value: string) => string {
  return (value) => {
    const isName =
      !/[\p{Cc} ~^:?*[\\]|\.\.|@\{|^[-/]|\/\/|[/.]$|^HEAD$/u.test(value) &&
      value !== "" &&
      value.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
    if (isName) return value;
    const what = `${flag} ${JSON.stringify(value)} is no name of a branch`;
    throw new UsageError(`${what}; write it like manage-images/update`);
  };
}

/** git takes what is not of this form for a search among the commits. */
export function identity(value: string): string {
  if (/^[^<>\n]*[^<>\s][^<>\n]* <[^<>\s]+>$/.test(value)) return value;
  const what = `--author ${JSON.stringify(value)} is no name with an address`;
  throw new UsageError(`${what}; write it like 'Ada Lovelace <ada@example.com>'`);
}
