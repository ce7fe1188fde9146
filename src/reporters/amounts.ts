/** `1 file`, `2 files`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Seconds as a person says them: `4.2 s`, `2 min 05 s`, `1 h 03 min`. */
export function formatSeconds(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const whole = Math.floor(tenths / 10);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** Seconds to come, as roughly as they are known: `40 s`, `4 min`, `1 h 10 min`. */
export function formatRoughly(seconds: number): string {
  if (seconds < 57.5) return `${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  const tens = Math.round(minutes / 10) * 10;
  return tens % 60 === 0 ? `${tens / 60} h` : `${Math.floor(tens / 60)} h ${tens % 60} min`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as registries and engines say them, in powers of 1000 with three digits: `960 B`, `4.2 MB`, `1.34 GB`. */
export function formatBytes(bytes: number): string {
  // What would be rounded to 1000 of a unit is 1 of the next.
  const step = UNITS.findIndex((_, index) => bytes < 999.5 * 1000 ** index);
  const power = step === -1 ? UNITS.length - 1 : step;
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : Number(amount.toPrecision(3))} ${UNITS[power] ?? ""}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, "0");
}
