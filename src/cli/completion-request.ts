/** The first word of what a shell asks; the shell's name and the words that were typed follow. */
export const COMPLETION_REQUEST = "__complete";

/** The shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell that there is a script for. */
export type Shell = (typeof SHELLS)[number];
