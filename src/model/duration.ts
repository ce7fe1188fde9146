/** How long an image held a place, and how long its push took, in seconds. */
export interface Duration {
  readonly making: number;
  readonly finishing: number;
}

/** The one in the middle, which a few that take hours do not move; nothing where there is none. */
export function usualOf(durations: readonly Duration[]): Duration {
  const sorted = durations.toSorted((a, b) => a.making - b.making);
  return sorted[Math.floor(sorted.length / 2)] ?? { making: 0, finishing: 0 };
}
