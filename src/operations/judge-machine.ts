/** What is wrong with what there is to work with. Pure: each judgement is of facts. */
import type { UserError } from "../errors.ts";
import type {
  BuildxFacts,
  Diagnosis,
  EngineFacts,
  ForgeFacts,
  GitFacts,
  Subject,
} from "../model/diagnosis.ts";

const GIGABYTE = 1e9;
/** Less is soon used up by builds. */
const LITTLE_SPACE = 10 * GIGABYTE;
/** With less hardly any image can be built. */
const NO_SPACE = 1 * GIGABYTE;
/** A token's time is checked to about this, in seconds. */
const MOST_SKEW = 60;
const DAY = 86_400_000;
/** A token that ends sooner is soon to be replaced. */
const LITTLE_LIFE = 14 * DAY;

const OLDEST_NODE = "20.19";
const OLDEST_GIT = "2.30";
const OLDEST_ENGINE = "23.0";
const OLDEST_BUILDX = "0.13";

/** Something that could not be had at all. */
export function judgeFailure(
  subject: Subject,
  error: UserError,
  state: "problem" | "warning" = "problem",
): Diagnosis {
  return {
    subject,
    state,
    found: error.message,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  };
}

/** What stands on something else that is not there. */
export function skipped(subject: Subject, found: string): Diagnosis {
  return { subject, state: "skipped", found };
}

/** By its version. */
export function judgeNode(version: string): Diagnosis {
  const found = `Node.js ${version}`;
  if (isAtLeast(version, OLDEST_NODE)) return { subject: "node", state: "ok", found };
  return { subject: "node", state: "problem", found, remedy: `Install Node.js ${OLDEST_NODE} or later.` };
}

/** By its version, and by whether a run could commit. */
export function judgeGit({ version, committer, blocked }: GitFacts): Diagnosis {
  const found = `git ${version}`;
  if (!isAtLeast(version, OLDEST_GIT))
    return { subject: "git", state: "problem", found, remedy: `Install git ${OLDEST_GIT} or later.` };
  if (committer === undefined)
    return {
      subject: "git",
      state: "problem",
      found: `${found}, which does not know who commits`,
      remedy: "Say it: git config user.name NAME, git config user.email ADDRESS. Or run with --no-commit.",
    };
  if (blocked !== undefined)
    return {
      subject: "git",
      state: "warning",
      found: `${found}; ${blocked}`,
      remedy: "A run would write digests, but commit nothing. End it first, or commit once.",
    };
  return { subject: "git", state: "ok", found: `${found}, commits as ${committer}` };
}

/** By what it can build. */
export function judgeEngine(facts: EngineFacts): Diagnosis {
  const { address, version, os, architecture, store, isRootless } = facts;
  const kind = `${os}/${architecture}, image store ${store}${isRootless ? ", rootless" : ""}`;
  const found = `Docker Engine ${version} at ${address} (${kind})`;
  if (os !== "linux")
    return { subject: "engine", state: "problem", found, remedy: "Switch it to Linux containers." };
  if (!isAtLeast(version, OLDEST_ENGINE))
    return {
      subject: "engine",
      state: "problem",
      found,
      remedy: `Docker Engine ${OLDEST_ENGINE} or later is needed: older ones build without BuildKit.`,
    };
  return { subject: "engine", state: "ok", found };
}

/** Only some images need it. Without an engine, that builders do not answer says nothing of them. */
export function judgeBuildx({ version, builders }: BuildxFacts, hasEngine: boolean): Diagnosis {
  const shown = builders
    .map(({ name, driver }) => (driver === undefined ? name : `${name} (${driver})`))
    .join(", ");
  const found = `buildx ${version}; builders: ${shown === "" ? "none" : shown}`;
  const subject = "buildx";
  if (!isAtLeast(version, OLDEST_BUILDX))
    return {
      subject,
      state: "warning",
      found,
      remedy: `Install buildx ${OLDEST_BUILDX} or later for several platforms, secrets and named contexts.`,
    };
  const broken = hasEngine ? builders.filter(({ isUsable }) => !isUsable) : [];
  if (broken.length === 0) return { subject, state: "ok", found };
  const names = broken.map(({ name }) => name).join(", ");
  return {
    subject,
    state: "warning",
    found: `${found}; without an answer: ${names}`,
    remedy: `See \`docker buildx inspect ${broken[0]?.name ?? ""}\`; \`docker buildx rm\` removes a builder.`,
  };
}

/** Only pull requests need a forge, and by what was asked `facts` are those of a token that may open them. */
export function judgeForge(facts: ForgeFacts | undefined, now: number): readonly Diagnosis[] {
  const subject = "forge";
  if (facts === undefined)
    return [skipped(subject, "which forge the remote is at cannot be told; only pull requests need one")];
  const { project, variables, variable, token = {}, limits } = facts;
  if (variable === undefined) {
    const found = `no token for ${project} (${variables.join(" or ")}); only pull requests need one`;
    return [skipped(subject, found)];
  }
  const scopes = token.scopes === undefined ? "" : ` (scopes: ${token.scopes.join(", ")})`;
  const found = `${variable}${scopes} may open requests in ${project}`;
  return [
    { subject, state: "ok", found },
    ...limits.map(({ what, remedy }): Diagnosis => ({
      subject,
      state: "warning",
      found: `${variable}: ${what}`,
      remedy,
    })),
    ...judgeLife(variable, token.expires, now),
  ];
}

function judgeLife(variable: string, expires: number | undefined, now: number): readonly Diagnosis[] {
  if (expires === undefined || expires - now > LITTLE_LIFE) return [];
  const days = Math.max(0, Math.ceil((expires - now) / DAY));
  return [
    {
      subject: "forge",
      state: "warning",
      found: `${variable} ends in ${days} day${days === 1 ? "" : "s"}`,
      remedy: "Make another one and put it in its place.",
    },
  ];
}

/** `place` is what has the space: the engine, or the checkout. */
export function judgeSpace(place: string, bytes: number): Diagnosis {
  const found = `${(bytes / GIGABYTE).toFixed(1)} GB free for ${place}`;
  if (bytes >= LITTLE_SPACE) return { subject: "disk", about: place, state: "ok", found };
  return {
    subject: "disk",
    about: place,
    state: bytes < NO_SPACE ? "problem" : "warning",
    found,
    remedy:
      "Make room: `docker system df` shows what images and caches take, `docker builder prune` removes old cache.",
  };
}

/** `ahead` is by how many seconds this machine's clock is ahead of another's. */
export function judgeClock(other: string, ahead: number): Diagnosis {
  const skew = Math.abs(ahead);
  const subject = "clock";
  if (skew <= MOST_SKEW) return { subject, about: other, state: "ok", found: `the same time as ${other}` };
  return {
    subject,
    about: other,
    state: "warning",
    found: `this machine is ${Math.round(skew)} seconds ${ahead > 0 ? "ahead of" : "behind"} ${other}`,
    remedy: "Set the clock (timedatectl set-ntp true): logins and certificates hang on it.",
  };
}

/** Versions of numbers with dots; what follows the numbers does not count. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => (/^v?(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? "0").split(".").map(Number);
  const [own, wanted] = [numbers(version), numbers(least)];
  const index = wanted.findIndex((number, at) => (own[at] ?? 0) !== number);
  return index < 0 || (own[index] ?? 0) > (wanted[index] ?? 0);
}
