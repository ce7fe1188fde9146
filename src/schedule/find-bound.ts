/** A job as it went: how long each of its halves took, waiting left out. */
export interface TimedJob<Name> {
  readonly name: Name;
  readonly dependencies: readonly Name[];
  /** How long it held a place. */
  readonly making: number;
  readonly finishing: number;
}

/** The longest chain of jobs, and how long all of them hold each place. */
export interface LowerBound<Name> {
  readonly chain: readonly Name[];
  readonly chainSeconds: number;
  readonly shareSeconds: number;
}

/** When a job can be there at the earliest, and the chain that it is so late for. */
interface Earliest<Name> {
  readonly at: number;
  readonly chain: readonly Name[];
}

/**
 * What no schedule can beat: a job is made after its dependencies are made and finished after they are finished, and no
 * place holds two jobs at once. Dependencies stand before their dependents; those that are no jobs do not count.
 */
export function findBound<Name>(jobs: readonly TimedJob<Name>[], concurrency: number): LowerBound<Name> {
  const made = new Map<Name, Earliest<Name>>();
  const finished = new Map<Name, Earliest<Name>>();
  for (const { name, dependencies, making, finishing } of jobs) {
    const isMade = extend(latest(dependencies.map((each) => made.get(each))), name, making);
    const needed = latest([isMade, ...dependencies.map((each) => finished.get(each))]);
    made.set(name, isMade);
    finished.set(name, extend(needed, name, finishing));
  }
  const { chain, at } = latest([...finished.values()]);
  const work = jobs.reduce((sum, { making }) => sum + making, 0);
  return { chain, chainSeconds: at, shareSeconds: work / concurrency };
}

function latest<Name>(all: readonly (Earliest<Name> | undefined)[]): Earliest<Name> {
  const none: Earliest<Name> = { at: 0, chain: [] };
  return all.reduce<Earliest<Name>>(
    (last, each) => (each !== undefined && each.at > last.at ? each : last),
    none,
  );
}

function extend<Name>({ at, chain }: Earliest<Name>, name: Name, seconds: number): Earliest<Name> {
  return { at: at + seconds, chain: chain.at(-1) === name ? chain : [...chain, name] };
}
