import { distance } from "fastest-levenshtein";

/** At most this many suggestions help; more confuse. */
const MOST = 3;

/** Which of the words were probably meant: those that differ from `word` in the fewest letters, if few enough. */
export function nearest(word: string, words: readonly string[]): readonly string[] {
  const candidates = words.map((candidate) => ({ candidate, apart: lettersApart(word, candidate) }));
  const near = candidates.filter(({ candidate, apart }) => apart <= tolerance(word, candidate));
  const least = Math.min(...near.map(({ apart }) => apart));
  return near
    .filter(({ apart }) => apart === least)
    .map(({ candidate }) => candidate)
    .slice(0, MOST);
}

function lettersApart(a: string, b: string): number {
  return distance(a.toLowerCase(), b.toLowerCase());
}

/** A third of the letters may be wrong, and two swapped ones always: too little for any short word to resemble any other. */
function tolerance(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}
