import { UserError } from "../../errors.ts";
import { runGit } from "./run-git.ts";

/** Where a remote is, as git goes there; a `UserError` where there is no such remote. */
export async function remoteUrl(root: string, name: string, purpose: "fetch" | "push"): Promise<string> {
  const args = ["remote", "get-url", ...(purpose === "push" ? ["--push"] : []), "--", name];
  const output = await runGit(root, args, { accepts: [0, 2, 128] });
  const [url = ""] = output.toString().split("\n");
  if (url !== "") return url;
  throw new UserError(`git has no remote ${name} here`, {
    remedy: "Name another with --remote, or add it: git remote add origin URL",
  });
}

/** Where the checkout is at home: at the remote `origin`, or at the only one; `undefined` where neither is there. */
export async function homeUrl(root: string): Promise<string | undefined> {
  const names = (await runGit(root, ["remote"])).toString().split("\n").filter(Boolean);
  const [name] = names.length === 1 ? names : names.filter((each) => each === "origin");
  return name === undefined ? undefined : remoteUrl(root, name, "fetch");
}
