import { UserError } from "../errors.ts";

/** What Node says of a call to the operating system that failed. */
type SystemError = NodeJS.ErrnoException & { readonly dest?: string };

interface Refusal {
  readonly what: string;
  readonly remedy: string;
}

const PERMISSION: Refusal = {
  what: "permission denied",
  remedy:
    "Look at whose it is and who may read and write it, and at the directories above it. Then run again.",
};
const FULL: Refusal = { what: "no space left", remedy: "Make room on the disk, then run again." };
const TOO_MANY: Refusal = {
  what: "too many open files",
  remedy: "Allow more, as with `ulimit -n 4096`, then run again.",
};

/** What an operating system refuses for reasons that lie in the machine, and not in this program (errno(3)). */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  EACCES: PERMISSION,
  EPERM: PERMISSION,
  EROFS: { what: "the file system can only be read", remedy: "Mount it to be written, then run again." },
  ENOSPC: FULL,
  EDQUOT: { ...FULL, what: "the disk quota is used up" },
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EIO: { what: "the device failed", remedy: "Look at the disk and at the system's log." },
};

/** The operating system's refusal as a person reads it; `undefined` for any other error, which is a bug of the program. */
export function explainRefusal(error: unknown): UserError | undefined {
  const { code = "", syscall, path, dest } = (error ?? {}) as Partial<SystemError>;
  const refusal = REFUSALS[code];
  if (refusal === undefined || syscall === undefined) return undefined;
  const files = [path, dest].filter((file) => file !== undefined).join(" -> ");
  const tried = files === "" ? syscall : `${syscall} ${files}`;
  return new UserError(`${tried}: ${refusal.what} (${code})`, { remedy: refusal.remedy, cause: error });
}
