import type { Place } from "../dockerfile/find-places.ts";
import { formatReference } from "../model/reference.ts";

/**
 * The places of one Dockerfile as several images read it, each place once. One where they read different things, or that
 * one of them cannot have a digest in, is closed to all; and so are references that would share a digest and are not the same.
 */
export function mergePlaces(readings: readonly (readonly Place[])[]): readonly Place[] {
  const byStart = groupBy(readings.flat(), ({ written }) => written.start);
  const merged = byStart.map(mergeReadings);
  const open = merged.filter(({ end }) => end.kind === "open");
  const shared = new Map(groupBy(open, offsetOf).map((group) => [offsetOf(group[0]), group]));
  return merged.map((place) => {
    const references = referencesOf(shared.get(offsetOf(place)) ?? [place]);
    return place.end.kind === "open" && references.length > 1 ? varying(place, references) : place;
  });
}

type Group = readonly [Place, ...Place[]];

function mergeReadings(places: Group): Place {
  const references = referencesOf(places);
  if (references.length > 1) return varying(places[0], references);
  return places.find(({ end }) => end.kind === "closed") ?? places[0];
}

function varying(place: Place, references: readonly string[]): Place {
  return { ...place, end: { kind: "closed", hindrance: { kind: "varies", references } } };
}

function referencesOf(places: readonly Place[]): readonly string[] {
  return [...new Set(places.map(({ reference }) => formatReference(reference)))];
}

function offsetOf({ end }: Place): number {
  return end.kind === "open" ? end.offset : -1;
}

function groupBy(places: readonly Place[], key: (place: Place) => number): readonly Group[] {
  const groups = new Map<number, [Place, ...Place[]]>();
  for (const place of places) {
    const group = groups.get(key(place));
    if (group === undefined) groups.set(key(place), [place]);
    else group.push(place);
  }
  return [...groups.values()];
}
