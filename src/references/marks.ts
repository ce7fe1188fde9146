/** What a file must hold one of to have pins. */
export const MARKS: readonly string[] = ["sha256:", "digest"];
