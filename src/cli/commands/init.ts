import { posix, relative, resolve, sep } from "node:path";
import { openBakeReader } from "../../adapters/buildx/print-bake.ts";
import { findNearest } from "../../adapters/configuration/find-configuration.ts";
import { dockerCredentials } from "../../adapters/credentials/docker-credentials.ts";
import { openRegistries } from "../../adapters/registries/distribution.ts";
import { formatConfiguration } from "../../config/format-configuration.ts";
import { findRegistryProblem } from "../../config/values.ts";
import { condense } from "../../discovery/condense.ts";
import { UsageError } from "../../errors.ts";
import { layOutTree } from "../../graph/lay-out-tree.ts";
import { LOCKFILE, updateLockfile } from "../../lockfile/lockfile.ts";
import { discover, type Discovered } from "../../operations/discover.ts";
import { findDigests } from "../../operations/find-digests.ts";
import { proposeConfiguration } from "../../operations/propose-configuration.ts";
import type { Destination, Verified } from "../../operations/verify-proposal.ts";
import type { Checkout } from "../../ports.ts";
import { countOf } from "../../reporters/amounts.ts";
import { discoverySentence, formatDiscoveries } from "../../reporters/discoveries.ts";
import { formatTree } from "../../reporters/graph-tree.ts";
import { printable } from "../../reporters/printable.ts";
import { formatTable } from "../../reporters/table.ts";
import { remarksOf } from "../../reporters/remarks.ts";
import { askText, askWhether, canAsk } from "../ask.ts";
import { checkoutOf } from "../checkout-of.ts";
import type { ProjectFlags } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import { columnsOf, type Terminal } from "../terminal.ts";

/** The flags of `manage-images init`. */
export interface InitFlags extends ProjectFlags {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** `manage-images init`: writes a configuration of the images that the repository has, and a lockfile of their digests. */
export async function initCommand(terminal: Terminal, flags: InitFlags): Promise<number> {
  checkRegistry("--registry", flags.registry);
  const checkout = await checkoutOf(terminal);
  const to = await destinationOf(terminal, flags, checkout);
  const found = await discover({
    checkout,
    contents: await checkout.contents(),
    bake: openBakeReader(terminal.environment),
    signal: terminal.interrupt,
  });
  const verified = await proposeAsked(terminal, flags, checkout, found, to);
  const { survey } = verified;
  if (survey === undefined) throw nothingFound(verified);
  const registry = openRegistries(dockerCredentials(terminal.environment));
  const digests = await findDigests(registry, survey, found.pins, terminal.interrupt);
  const findings = [...verified.findings, ...digests.findings];
  const text = formatConfiguration(condense(verified.proposal, to.directory), remarksOf(findings));
  const lockfile = digests.entries.size > 0 ? [to.lockfile] : [];
  if (flags.dryRun) terminal.stdout.write(text);
  else {
    const rewrite = (path: string, bytes?: Uint8Array) =>
      path === to.file ? Buffer.from(text) : updateLockfile(bytes, digests.entries);
    await write(checkout, [to.file, ...lockfile], rewrite);
  }
  const output = flags.dryRun ? terminal.stderr : terminal.stdout;
  const tree = formatTree(layOutTree(survey.graph), {
    ...{ colours: coloursOf(terminal), columns: columnsOf(output) },
  });
  output.write(`${flags.dryRun ? "\n" : ""}${tree}\n`);
  output.write(formatDiscoveries(findings, coloursOf(terminal)));
  output.write(flags.dryRun ? "" : nextSteps(verified, [to.file, ...lockfile], digests.entries.size));
  return 0;
}

/** Where the configuration is to be. A `UsageError` where there is one already. */
async function destinationOf(
  { directory }: Terminal,
  { config }: InitFlags,
  checkout: Checkout,
): Promise<Destination> {
  const existing = await findNearest(directory, checkout.root);
  const absolute =
    config === undefined ? resolve(checkout.root, "images.config.ts") : resolve(directory, config);
  const file = relative(checkout.root, absolute).split(sep).join("/");
  if (file.startsWith("../") || !/\.(?:ts|mts|js|mjs)$/.test(file))
    throw new UsageError(`--config ${config ?? file} cannot be written`, {
      remedy: "Name a file of this checkout that ends in .ts, .mts, .js or .mjs.",
    });
  if (existing !== undefined && config === undefined)
    throw new UsageError(`There is a configuration already: ${relative(checkout.root, existing)}`, {
      remedy: "Change it by hand, or delete it and run `manage-images init` again.",
    });
  if ((await checkout.read(file)) !== undefined)
    throw new UsageError(`${file} is there already`, { remedy: "Name a file that is not there." });
  const folder = posix.dirname(file);
  return { file, directory: folder, lockfile: posix.join(folder, LOCKFILE) };
}

async function proposeAsked(
  terminal: Terminal,
  flags: InitFlags,
  checkout: Checkout,
  found: Discovered,
  to: Destination,
): Promise<Verified> {
  const isAsking = !flags.yes && canAsk(terminal);
  const count = found.doubtful.size;
  const withTests =
    isAsking && count > 0
      ? await askWhether(terminal, `${testsOf([...found.doubtful.keys()])} Are they images, too?`)
      : false;
  const wishes = { withTests, ...(flags.registry === undefined ? {} : { registry: flags.registry }) };
  const first = await proposeConfiguration(checkout, found, wishes, to);
  if (!isAsking || !first.proposal.isGuess) return first;
  const registry = await askText(terminal, "Where are images pushed to?", first.proposal.registry);
  checkRegistry("registry", registry);
  return proposeConfiguration(checkout, found, { ...wishes, registry }, to);
}

function testsOf(files: readonly string[]): string {
  const shown = files.slice(0, 3).map(printable).join(", ");
  return `${countOf(files.length, "Dockerfile")} of tests, examples or documentation (${shown}${files.length > 3 ? ", …" : ""}).`;
}

function checkRegistry(where: string, registry: string | undefined): void {
  const problem = registry === undefined ? undefined : findRegistryProblem(registry);
  if (problem !== undefined) throw new UsageError(`${where}: ${problem.what}`, { remedy: problem.remedy });
}

async function write(
  checkout: Checkout,
  files: readonly string[],
  rewrite: (path: string, bytes?: Uint8Array) => Uint8Array,
): Promise<void> {
  const release = await checkout.lock();
  try {
    await checkout.recover();
    const { skipped } = await checkout.revise({ paths: [], creates: files, rewrite });
    const blocked = skipped.filter(({ why }) => why !== "git ignores it");
    if (blocked.length === 0) return;
    throw new UsageError(blocked.map(({ path, why }) => `${path} could not be written: ${why}`).join("\n"), {
      remedy: "Move it away, and run again.",
    });
  } finally {
    await release();
  }
}

function nothingFound({ findings }: Verified): UsageError {
  const said = findings.filter(({ kind }) => kind !== "registry-guessed").map(discoverySentence);
  return new UsageError(["There is no Dockerfile here that an image could be made of.", ...said].join("\n"), {
    remedy: "Only what git tracks is looked at: `git add` what is new. Or write images.config.ts by hand.",
  });
}

function nextSteps({ proposal }: Verified, files: readonly string[], digests: number): string {
  const first = `manage-images --image ${proposal.images[0]?.name ?? "NAME"}`;
  const commands = [
    ["manage-images graph", "what is built on what"],
    ["manage-images --image all --dry-run", "what a run would do, and why"],
    [first, "build, push and pin it, with all that depends on it"],
    ["manage-images doctor", "what is missing for that"],
  ].map((cells) => cells.map((text) => ({ text })));
  return [
    `${countOf(proposal.images.length, "image")}${digests > 0 ? `, ${countOf(digests, "digest")}` : ""}; written: ${files.join(", ")}`,
    "",
    "Next:",
    ...formatTable(commands).map((line) => `  ${line}`),
    "",
  ].join("\n");
}
