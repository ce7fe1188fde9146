import { fieldsOf, textOf } from "./declaration.ts";

/** What each key of a matrix is in one job; the fields of an object are keys with dots. */
export type Combination = ReadonlyMap<string, string>;

/** More than any workflow starts (GitHub's limit is 256). */
const MOST = 256;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The jobs that a matrix stands for, as GitHub makes them of its lists, `exclude` and `include`
 * (https://docs.github.com/actions/using-jobs/using-a-matrix-for-your-jobs). Without a matrix it is one job; a
 * matrix that is an expression is none that is known.
 */
export function matrixOf({ include, exclude, ...lists }: Fields): readonly Combination[] {
  const excluded = objectsIn(exclude);
  const product = Object.entries(lists)
    .filter((entry): entry is [string, readonly unknown[]] => Array.isArray(entry[1]))
    .reduce<readonly Fields[]>(
      (jobs, [key, values]) =>
        jobs.flatMap((job) => values.map((value) => ({ ...job, [key]: value }))).slice(0, MOST),
      [{}],
    )
    .filter((job) => !excluded.some((pattern) => hasAll(job, pattern)));
  const included = objectsIn(include).reduce<readonly Fields[]>(
    (jobs, each) => addIncluded(jobs, each, Object.keys(lists)),
    product,
  );
  return included.map(flatten);
}

function objectsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function hasAll(job: Fields, pattern: Fields): boolean {
  return Object.entries(pattern).every(([key, value]) => textOf(job[key]) === textOf(value));
}

/** It goes to every job that it changes nothing of; where there is none, it is a job of its own. */
function addIncluded(jobs: readonly Fields[], included: Fields, keys: readonly string[]): readonly Fields[] {
  const common = Object.fromEntries(Object.entries(included).filter(([key]) => keys.includes(key)));
  const fits = (job: Fields) => Object.keys(job).length > 0 && hasAll(job, common);
  if (jobs.some(fits)) return jobs.map((job) => (fits(job) ? { ...job, ...included } : job));
  const others = jobs.filter((job) => Object.keys(job).length > 0);
  return [...others, included];
}

function flatten(job: Fields): Combination {
  const flat = Object.entries(job).flatMap(([key, value]): readonly [string, string][] => {
    const text = textOf(value);
    if (text !== undefined) return [[key, text]];
    return Object.entries(fieldsOf(value)).flatMap(([inner, each]) => {
      const innerText = textOf(each);
      return innerText === undefined ? [] : [[`${key}.${inner}`, innerText] as [string, string]];
    });
  });
  return new Map(flat);
}
