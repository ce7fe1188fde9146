/** Of runs: command lines, and what each is for. */
export const EXAMPLES: [string, string][] = [
  ["$0 --image base --dry-run", "what would be built, and why"],
  ["$0 --image base --image nvidia", "both, and all that depends on them"],
  ["$0 --image all -j 8 --keep-going", "everything, eight builds at a time"],
  ["$0 --only-references", "bring every pin to the lockfile's digest"],
  ["$0 --only-references --from v1.4", "go back to the digests of a revision"],
];
