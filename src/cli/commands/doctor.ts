import { describeBuildx } from "../../adapters/buildx/describe-buildx.ts";
import { describeEngine } from "../../adapters/engine/describe-engine.ts";
import { describeForge } from "../../adapters/forges/describe-forge.ts";
import { freeSpace } from "../../adapters/files/free-space.ts";
import { describeGit } from "../../adapters/git/describe-git.ts";
import { tryPush } from "../../adapters/registries/try-push.ts";
import { diagnose } from "../../operations/diagnose.ts";
import type { Checkout, Machine } from "../../ports.ts";
import type { Remote } from "../../ports/forge.ts";
import { formatDiagnoses, formatDiagnosesJson } from "../../reporters/diagnosis.ts";
import { checkoutOf } from "../checkout-of.ts";
import { readConfigured, type ProjectFlags } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images doctor`. */
export interface DoctorFlags extends ProjectFlags, RegistryFlags {
  readonly format: "text" | "json";
}

/** `manage-images doctor`: what there is for runs to work with, and what is missing. 1 if anything is. */
export async function doctorCommand(terminal: Terminal, flags: DoctorFlags): Promise<number> {
  const diagnoses = await diagnose(
    openMachine(terminal),
    {
      checkout: () => checkoutOf(terminal),
      configured: (checkout) => readConfigured(terminal, flags, checkout),
      pushing: (checkout, configured) => {
        const { client } = openRegistriesOf(terminal, { checkout, configured }, flags);
        return (repository, signal) => tryPush(client, repository, signal);
      },
      remote: openOrigin,
      forge: (url) => describeForge({ url, environment: terminal.environment, forge: undefined }),
    },
    terminal.interrupt,
  );
  terminal.stdout.write(
    flags.format === "json"
      ? formatDiagnosesJson(diagnoses)
      : formatDiagnoses(diagnoses, coloursOf(terminal)),
  );
  return diagnoses.some(({ state }) => state === "problem") ? 1 : 0;
}

async function openOrigin(checkout: Checkout): Promise<Remote | undefined> {
  return (await checkout.remoteUrl()) === undefined ? undefined : checkout.remote("origin");
}

function openMachine({ directory, environment }: Terminal): Machine {
  return {
    nodeVersion: process.versions.node,
    git: () => describeGit(directory),
    engine: () => describeEngine(environment),
    buildx: () => describeBuildx(environment),
    freeSpace,
    time: () => Date.now(),
  };
}
