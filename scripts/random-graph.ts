import { seededRandom } from "../test/support/seeded-random.ts";

/** An image of a random graph: what it is built on, and how long its own step takes. */
export interface Node {
  readonly name: string;
  /** Names of earlier images; it is built on the first and copies from the others. */
  readonly parents: readonly string[];
  /** Seconds, in steps of a tenth. */
  readonly work: number;
}

const MOST_PARENTS = 3;
/** Parents are among so many images before: chains grow as long as in real repositories, where half of the work is one. */
const NEAREST = 6;
const LEAST_WORK = 1;
const MOST_WORK = 4;

/** The same graph for the same seed; parents come before their children. */
export function randomGraph(size: number, seed: number): readonly Node[] {
  const random = seededRandom(seed);
  const names = Array.from({ length: size }, (_, index) => `image-${index + 1}`);
  return names.map((name, index) => {
    const picks = Array.from({ length: Math.floor(random() * (MOST_PARENTS + 1)) }, () => random());
    const near = names.slice(Math.max(0, index - NEAREST), index);
    const parents = new Set(picks.flatMap((pick) => near[Math.floor(pick * near.length)] ?? []));
    const work = Math.round((LEAST_WORK + random() * (MOST_WORK - LEAST_WORK)) * 10) / 10;
    return { name, parents: [...parents], work };
  });
}

/** Seconds of the most laborious path. */
export function criticalPath(graph: readonly Node[]): number {
  const ends = new Map<string, number>();
  for (const { name, parents, work } of graph) {
    ends.set(name, work + Math.max(0, ...parents.map((parent) => ends.get(parent) ?? 0)));
  }
  return Math.max(0, ...ends.values());
}

/** Seconds of all images. */
export function totalWork(graph: readonly Node[]): number {
  return graph.reduce((sum, { work }) => sum + work, 0);
}
