import { fileURLToPath } from "node:url";
import type { Login } from "../../ports/forge.ts";
import { runGit } from "./run-git.ts";

/** Variables for git. */
export type Environment = Readonly<Record<string, string>>;

/** Asked by git itself without bothering anybody. */
const QUIETLY = { GIT_TERMINAL_PROMPT: "0", GCM_INTERACTIVE: "never" };

/**
 * With what git is run so that it can log in at a URL where it does not know by itself how. By the environment: arguments can
 * be seen by everybody, and a configuration stays. What git is told by the URL, a helper, its own configuration or .netrc comes
 * first.
 */
export async function loginEnvironment(root: string, url: string, login: Login): Promise<Environment> {
  if (await isKnown(root, url, login.outranks)) return {};
  const { origin } = new URL(url);
  const settings: readonly (readonly [string, string])[] = [
    [`credential.${origin}.username`, login.username],
    // They know nothing here, and would keep what they are not to keep.
    [`credential.${origin}.helper`, ""],
    [`credential.${url}.helper`, ""],
  ];
  return {
    ...QUIETLY,
    ...asVariables(settings),
    GIT_ASKPASS: fileURLToPath(new URL("../cli/askpass.js", import.meta.url)),
    MANAGE_IMAGES_GIT_HOST: origin,
    MANAGE_IMAGES_GIT_PASSWORD: login.password,
  };
}

/** Whether git has, or is given by a program, a password for the URL that counts. */
async function isKnown(root: string, url: string, outranked: string | undefined): Promise<boolean> {
  const filled = await runGit(root, ["credential", "fill"], {
    input: `url=${url}\n\n`,
    environment: { ...QUIETLY, SSH_ASKPASS: "" },
    accepts: [0, 128],
  });
  const answer = filled.toString().split("\n");
  return (
    answer.some((line) => line.startsWith("password=")) && !answer.includes(`username=${outranked ?? ""}`)
  );
}

/** Settings beside those that the environment has already (git-config(1), `GIT_CONFIG_COUNT`). */
function asVariables(settings: readonly (readonly [string, string])[]): Environment {
  const before = Number(process.env["GIT_CONFIG_COUNT"] ?? 0);
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${before + index}`, key],
    [`GIT_CONFIG_VALUE_${before + index}`, value],
  ]);
  return {
    GIT_CONFIG_COUNT: String(before + settings.length),
    ...(Object.fromEntries(pairs) as Environment),
  };
}
