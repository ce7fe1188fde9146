import { ConfigurationError, formatProblem, UserError } from "../errors.ts";
import type { Diagnosis, EngineFacts, ForgeFacts, Subject } from "../model/diagnosis.ts";
import { splitName } from "../model/reference.ts";
import type { Checkout, Machine, TryPush } from "../ports.ts";
import type { Remote } from "../ports/forge.ts";
import { askEach } from "./ask-each.ts";
import {
  judgeBuildx,
  judgeClock,
  judgeEngine,
  judgeFailure,
  judgeForge,
  judgeGit,
  judgeNode,
  judgeSpace,
  skipped,
} from "./judge-machine.ts";
import { survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** The checkout and its configuration, each of which may be what is wrong. A `UserError` where it is. */
export interface Sought {
  readonly checkout: () => Promise<Checkout>;
  readonly configured: (checkout: Checkout) => Promise<Configured>;
  /** How pushes are tried with that configuration. */
  readonly pushing: (checkout: Checkout, configured: Configured) => TryPush;
  /** Where pull requests would be made; `undefined` where there is no remote. */
  readonly remote: (checkout: Checkout) => Promise<Pick<Remote, "url" | "tryPush"> | undefined>;
  readonly forge: (url: string) => Promise<ForgeFacts | undefined>;
}

/** Looks at all that a run needs, and says of each what it is and what to do. Changes nothing. */
export async function diagnose(
  machine: Machine,
  sought: Sought,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const [git, engine, buildx] = await Promise.all([
    attempt(machine.git()),
    timed(machine, machine.engine()),
    attempt(machine.buildx()),
  ]);
  const checkout = await attempt(sought.checkout());
  const configured =
    checkout instanceof UserError ? checkout : await attempt(readConfigured(sought, checkout));
  const [registries, proposals] = await Promise.all([
    checkout instanceof UserError || configured instanceof UserError
      ? []
      : pushes(machine, sought.pushing(checkout, configured), configured, signal),
    checkout instanceof UserError
      ? [skipped("remote", "without a checkout there is none")]
      : judgeProposals(machine, sought, checkout),
  ]);
  return [
    judgeNode(machine.nodeVersion),
    git instanceof UserError ? judgeFailure("git", git) : judgeGit(git),
    checkout instanceof UserError
      ? judgeFailure("checkout", checkout)
      : { subject: "checkout", state: "ok", found: checkout.root },
    ...judgeConfigured(checkout, configured),
    engine.answer instanceof UserError ? judgeFailure("engine", engine.answer) : judgeEngine(engine.answer),
    buildx instanceof UserError
      ? judgeFailure("buildx", buildx, "warning")
      : judgeBuildx(buildx, !(engine.answer instanceof UserError)),
    ...(await spaces(machine, engine.answer, checkout)),
    ...registries.map(({ diagnosis }) => diagnosis),
    ...proposals,
    ...clocks(engine, registries),
  ];
}

/** What it comes to, or the error that speaks to a person. */
async function attempt<Value>(promise: Promise<Value>): Promise<Value | UserError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** An answer, and when it came, in milliseconds since 1970. */
interface Timed<Value> {
  readonly answer: Value | UserError;
  readonly at: number;
}

async function timed<Value>(machine: Machine, promise: Promise<Value>): Promise<Timed<Value>> {
  const answer = await attempt(promise);
  return { answer, at: machine.time() };
}

/** The configuration, with Dockerfiles and lockfile that can be read. */
async function readConfigured({ configured }: Sought, checkout: Checkout): Promise<Configured> {
  const read = await configured(checkout);
  await survey(checkout, read);
  return read;
}

function judgeConfigured(
  checkout: Checkout | UserError,
  configured: Configured | UserError,
): readonly Diagnosis[] {
  const subject: Subject = "configuration";
  if (checkout instanceof UserError) return [skipped(subject, "without a checkout there is none")];
  if (configured instanceof ConfigurationError)
    return configured.problems.map(({ remedy, ...problem }) => ({
      subject,
      state: "problem",
      found: formatProblem(problem),
      ...(remedy === undefined ? {} : { remedy }),
    }));
  if (configured instanceof UserError) return [judgeFailure(subject, configured)];
  const count = configured.images.length;
  return [
    { subject, state: "ok", found: `${configured.file} declares ${count} image${count === 1 ? "" : "s"}` },
  ];
}

async function spaces(
  machine: Machine,
  engine: EngineFacts | UserError,
  checkout: Checkout | UserError,
): Promise<readonly Diagnosis[]> {
  const folder = engine instanceof UserError ? undefined : engine.folder;
  const places = [
    ...(folder === undefined ? [] : [["the engine", folder] as const]),
    ...(checkout instanceof UserError ? [] : [["the checkout", checkout.root] as const]),
  ];
  const judged: Diagnosis[] = [];
  for (const [place, directory] of places) {
    const bytes = await machine.freeSpace(directory);
    if (bytes !== undefined) judged.push(judgeSpace(place, bytes));
  }
  return judged;
}

const ASK_TO_PUSH =
  "Only pull requests need it: see that git reaches the remote, and that whoever runs this may push there.";

/** What pull requests need, and nothing else does. */
async function judgeProposals(
  machine: Machine,
  sought: Sought,
  checkout: Checkout,
): Promise<readonly Diagnosis[]> {
  const remote = await sought.remote(checkout);
  if (remote === undefined)
    return [skipped("remote", "the checkout has no remote origin; only pull requests need one")];
  const [push, forge] = await Promise.all([attempt(remote.tryPush()), attempt(sought.forge(remote.url))]);
  return [
    push instanceof UserError
      ? { ...judgeFailure("remote", push, "warning"), remedy: push.remedy ?? ASK_TO_PUSH }
      : { subject: "remote", state: "ok", found: `${remote.url} can be pushed to` },
    ...(forge instanceof UserError
      ? [judgeFailure("forge", forge, "warning")]
      : judgeForge(forge, machine.time())),
  ];
}

interface Push extends Timed<number | undefined> {
  readonly registry: string;
  readonly diagnosis: Diagnosis;
}

/** Tries one repository of each place below which there are several: rights are given for places, not for images. */
async function pushes(
  machine: Machine,
  tryPush: TryPush,
  { images }: Configured,
  signal: AbortSignal,
): Promise<readonly Push[]> {
  const repositories = new Map<string, string>();
  for (const { repository } of images)
    if (!repositories.has(placeOf(repository))) repositories.set(placeOf(repository), repository);
  const ask = async (repository: string, until: AbortSignal) => timed(machine, tryPush(repository, until));
  const answers = await askEach(repositories, ask, signal);
  return [...answers].map(([place, answered]) => {
    const repository = repositories.get(place) ?? place;
    return {
      ...answered,
      registry: splitName(repository).registry,
      diagnosis: judgePush(place, repository, answered),
    };
  });
}

function judgePush(place: string, repository: string, { answer }: Timed<unknown>): Diagnosis {
  if (answer instanceof UserError) return { ...judgeFailure("registry", answer), about: place };
  const found = `${place} can be pushed to (tried with ${repository})`;
  return { subject: "registry", about: place, state: "ok", found };
}

function placeOf(repository: string): string {
  return repository.slice(0, Math.max(0, repository.lastIndexOf("/"))) || repository;
}

/** Held against each clock that is known. */
function clocks(engine: Timed<EngineFacts>, registries: readonly Push[]): readonly Diagnosis[] {
  const engineTime = engine.answer instanceof UserError ? undefined : engine.answer.time;
  const others = new Map([
    ...registries.map(({ registry, answer, at }) => {
      return [registry, { time: answer instanceof UserError ? undefined : answer, at }] as const;
    }),
    ["the engine", { time: engineTime, at: engine.at }] as const,
  ]);
  const judged = [...others].flatMap(([other, { time, at }]) =>
    time === undefined ? [] : judgeClock(other, (at - time) / 1000),
  );
  return judged.length > 0 ? judged : [skipped("clock", "nobody said what time it is")];
}
