import { UserError } from "../errors.ts";
import type { Checkout } from "../ports.ts";
import type { Configured } from "./world.ts";

/** Sees to it that the working tree's lockfile is, byte for byte, that of a branch's head; a `UserError` otherwise. */
export async function requireBranch(
  checkout: Pick<Checkout, "read" | "readAtBranch">,
  { lockfile }: Configured,
  branch: string,
): Promise<void> {
  const [here, there] = await Promise.all([checkout.read(lockfile), checkout.readAtBranch(branch, lockfile)]);
  if (here !== undefined && there !== undefined && Buffer.compare(here, there) === 0) return;
  const what = there === undefined ? `${branch} has no ${lockfile}` : `${lockfile} is not that of ${branch}`;
  throw new UserError(`${what}. No tag was moved.`, {
    remedy: `Change to ${branch} as it is at the remote (git switch ${branch} && git pull), and run again.`,
  });
}
