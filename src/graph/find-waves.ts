import type { ImageGraph } from "./build-graph.ts";

/** Some of the images in waves: each image in the wave after the last of those that it is built on. */
export function findWaves(graph: ImageGraph, images: ReadonlySet<string>): readonly (readonly string[])[] {
  const waves: string[][] = [];
  const waveOf = new Map<string, number>();
  for (const image of graph.order) {
    // Also one that is not among them may stand between two that are.
    const below = graph.dependenciesOf(image).map((dependency) => waveOf.get(dependency) ?? -1);
    const highest = Math.max(-1, ...below);
    const wave = images.has(image) ? highest + 1 : highest;
    waveOf.set(image, wave);
    if (images.has(image)) (waves[wave] ??= []).push(image);
  }
  return waves;
}
