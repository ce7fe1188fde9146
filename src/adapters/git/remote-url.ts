import { UserError } from "../../errors.ts";
import { runGit } from "./run-git.ts";

/** Where a remote is, as git goes there; a `UserError` where there is no such remote. */
export async function remoteUrl(root: string, name: string, purpose: "fetch" | "push"): Promise<string> {
  const url = await findUrl(root, name, purpose === "push" ? ["--push"] : []);
  if (url !== undefined) return url;
  throw new UserError(`git has no remote ${name} here`, {
    remedy: "Name another with --remote, or add it: git remote add origin URL",
  });
}

/** Where the checkout is at home: at the remote `origin`, or at the only one; `undefined` where neither is there. */
export async function homeUrl(root: string): Promise<string | undefined> {
  const url = await findUrl(root, "origin", []);
  if (url !== undefined) return url;
  const [name, ...others] = (await runGit(root, ["remote"])).toString().split("\n").filter(Boolean);
  return name === undefined || others.length > 0 ? undefined : findUrl(root, name, []);
}

/** 2: there is no such remote; 128, in older versions of git. */
async function findUrl(root: string, name: string, flags: readonly string[]): Promise<string | undefined> {
  const output = await runGit(root, ["remote", "get-url", ...flags, "--", name], { accepts: [0, 2, 128] });
  const [url = ""] = output.toString().split("\n");
  return url === "" ? undefined : url;
}
