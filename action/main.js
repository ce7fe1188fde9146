/**
 * The GitHub Action: runs the program that the repository has installed, without a shell, and hands its result on as outputs
 * and job summary. Plain JavaScript without packages, because GitHub runs it as it lies here.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Bytes; GitHub takes 1 MiB. */
const LONGEST_SUMMARY = 1_000_000;
/** Commands that have a result to hand on, beside a run, which begins with its flags. */
const WITH_RESULT = ["pr", "collect"];
/** Commands that annotate, with `--format github`. */
const ANNOTATING = ["check", "lint"];

/**
 * What of a result is of interest here.
 * @typedef {{
 *   images: Record<string, { digest?: string, outcome?: string, error?: string }>,
 *   references: { file: string }[],
 *   requests?: { number?: number }[],
 * }} Result
 */

const { env } = process;
const directory = resolve(input("directory") || ".");
const args = input("command")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "");
const [command = ""] = args;
const hasResult = command.startsWith("-") || WITH_RESULT.includes(command);
const folder = mkdtempSync(join(tmpdir(), "manage-images-"));
const metadata = join(folder, "result.json");

try {
  const program = findProgram(resolve(input("program") || directory));
  const isObeyed = ANNOTATING.includes(command) && args.some((arg) => /^(?:--format=)?github$/.test(arg));
  const line = [program, ...args, ...(hasResult ? ["--metadata-file", metadata] : [])];
  const { exitCode, stdout } = await run(line, isObeyed);
  if (existsSync(metadata)) handOn(/** @type {Result} */ (JSON.parse(readFileSync(metadata, "utf8"))));
  summarize(stdout);
  process.exitCode = exitCode;
} catch (error) {
  annotate("manage-images", error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} name */
function input(name) {
  return env[`INPUT_${name.toUpperCase()}`] ?? "";
}

/** @param {string} from */
function findProgram(from) {
  try {
    const file = createRequire(join(from, "package.json")).resolve("manage-images/package.json");
    return join(
      dirname(file),
      /** @type {{ bin: Record<string, string> }} */ (JSON.parse(readFileSync(file, "utf8"))).bin[
        "manage-images"
      ] ?? "",
    );
  } catch {
    throw new Error(
      `manage-images is not installed in ${from}: npm install --save-dev manage-images, and npm ci before this step.`,
    );
  }
}

/**
 * What the program prints is not for GitHub to obey: names of files and images come from the repository. Annotations are.
 * @param {readonly string[]} line
 * @param {boolean} isObeyed
 */
async function run(line, isObeyed) {
  const token = randomUUID();
  if (!isObeyed) console.log(`::stop-commands::${token}`);
  const forgeToken = input("token");
  const child = spawn(process.execPath, line, {
    cwd: directory,
    env: { ...env, INPUT_TOKEN: "", ...(forgeToken === "" ? {} : { GITHUB_TOKEN: forgeToken }) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  /** @type {Buffer[]} */
  const chunks = [];
  child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  });
  await once(child, "close");
  if (!isObeyed) console.log(`\n::${token}::`);
  return { exitCode: child.exitCode ?? 1, stdout: Buffer.concat(chunks).toString() };
}

/** @param {Result} result */
function handOn(result) {
  for (const [image, { outcome, error = "" }] of Object.entries(result.images))
    if (outcome === "failed") annotate(`${image} failed`, error);
  const digests = Object.entries(result.images).flatMap(([image, { digest }]) =>
    digest ? [[image, digest]] : [],
  );
  output("json", JSON.stringify(result));
  output("digests", JSON.stringify(Object.fromEntries(digests)));
  output("changed-files", JSON.stringify([...new Set(result.references.map(({ file }) => file))]));
  output(
    "pull-request-number",
    String(result.requests?.find(({ number }) => number !== undefined)?.number ?? ""),
  );
}

/**
 * @param {string} name
 * @param {string} value
 */
function output(name, value) {
  const end = randomUUID();
  if (env["GITHUB_OUTPUT"]) appendFileSync(env["GITHUB_OUTPUT"], `${name}<<${end}\n${value}\n${end}\n`);
}

/** As it is, in HTML: nothing in it is Markdown. @param {string} text */
function summarize(text) {
  if (!env["GITHUB_STEP_SUMMARY"] || text.trim() === "") return;
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const whole = Buffer.from(escaped);
  const cut =
    whole.length <= LONGEST_SUMMARY
      ? escaped
      : `${whole.subarray(0, LONGEST_SUMMARY).toString()}\n… the rest is in the log`;
  appendFileSync(env["GITHUB_STEP_SUMMARY"], `<pre>\n${cut}\n</pre>\n`);
}

/**
 * An annotation of the job, as the program itself escapes those of `check`.
 * @param {string} title
 * @param {string} message
 */
function annotate(title, message) {
  const property = escapeData(title).replaceAll(":", "%3A").replaceAll(",", "%2C");
  console.log(`::error title=${property}::${escapeData(message)}`);
}

/** @param {string} text */
function escapeData(text) {
  const shown = text.replace(/[^\P{Cc}\r\n]|[\p{Cf}\p{Cs}]/gu, "\uFFFD");
  return shown.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
