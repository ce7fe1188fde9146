/** When a job held a place. */
export interface Stay<Name> {
  readonly name: Name;
  readonly start: number;
  readonly end: number;
}

/** Gives each job a place, counted from 0, that no other holds at the same time: the first that is free. */
export function assignPlaces<Name>(stays: readonly Stay<Name>[]): ReadonlyMap<Name, number> {
  const freeFrom: number[] = [];
  const places = new Map<Name, number>();
  for (const { name, start, end } of stays.toSorted((a, b) => a.start - b.start)) {
    const free = freeFrom.findIndex((from) => from <= start);
    const place = free === -1 ? freeFrom.length : free;
    freeFrom[place] = end;
    places.set(name, place);
  }
  return places;
}
