import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { GIT_ENVIRONMENT, type Repository } from "./repository.ts";

/** A job of a pipeline, with all that it extends. */
export type Job = Readonly<Record<string, unknown>>;

const run = promisify(execFile);

/** The only thing in the way of Node 20. */
const PRELOAD = `data:text/javascript,${encodeURIComponent(
  "Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };",
)}`;

/**
 * The jobs that a repository's .gitlab-ci.yml comes to, as `gitlab-ci-local` reads it: includes and what is extended are put in,
 * the whole is held against the JSON schema that GitLab publishes, and what jobs need must be there. Rejects with what is wrong.
 */
export async function readPipeline({ folder }: Repository): Promise<Readonly<Record<string, Job>>> {
  const options = { cwd: folder, env: { ...process.env, ...GIT_ENVIRONMENT, HOME: folder } };
  const { stdout } = await run(process.execPath, ["--import", PRELOAD, program(), "--preview"], options);
  const { stages, ...jobs } = parse(stdout) as Readonly<Record<string, Job>>;
  if (stages === undefined) throw new Error(stdout);
  return jobs;
}

function program(): string {
  const file = createRequire(import.meta.url).resolve("gitlab-ci-local/package.json");
  return join(dirname(file), (JSON.parse(readFileSync(file, "utf8")) as { bin: string }).bin);
}
