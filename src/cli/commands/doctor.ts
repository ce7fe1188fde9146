import { describeBuildx } from "../../adapters/buildx/describe-buildx.ts";
import { dockerCredentials } from "../../adapters/credentials/docker-credentials.ts";
import { describeEngine } from "../../adapters/engine/describe-engine.ts";
import { freeSpace } from "../../adapters/files/free-space.ts";
import { describeGit } from "../../adapters/git/describe-git.ts";
import { openCheckout } from "../../adapters/git/open-checkout.ts";
import { tryPush } from "../../adapters/registries/try-push.ts";
import { diagnose } from "../../operations/diagnose.ts";
import type { Machine } from "../../ports.ts";
import { formatDiagnoses, formatDiagnosesJson } from "../../reporters/diagnosis.ts";
import { readConfigured, type ProjectFlags } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";

/** The flags of `manage-images doctor`. */
export interface DoctorFlags extends ProjectFlags {
  readonly format: "text" | "json";
}

/** `manage-images doctor`: what there is for runs to work with, and what is missing. 1 if anything is. */
export async function doctorCommand(terminal: Terminal, flags: DoctorFlags): Promise<number> {
  const diagnoses = await diagnose(
    openMachine(terminal),
    {
      checkout: () => openCheckout(terminal.directory),
      configured: (checkout) => readConfigured(terminal, flags, checkout),
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

function openMachine({ directory, environment }: Terminal): Machine {
  const findCredentials = dockerCredentials(environment);
  return {
    nodeVersion: process.versions.node,
    git: () => describeGit(directory),
    engine: () => describeEngine(environment),
    buildx: () => describeBuildx(environment),
    freeSpace,
    tryPush: (repository, signal) => tryPush(findCredentials, repository, signal),
    time: () => Date.now(),
  };
}
