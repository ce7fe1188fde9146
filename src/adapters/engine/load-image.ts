import { Readable } from "node:stream";
import { UserError } from "../../errors.ts";
import type { Engine } from "./engine.ts";
import type { SessionAnswers } from "../buildkit/session-answers.ts";

/** Brings what a build exports back into its engine. */
export interface Loading extends Required<Pick<SessionAnswers, "takeImage">> {
  /** Whether the engine has all of it. */
  isDone(): boolean;
}

/** A `UserError` where the engine's BuildKit cannot export images. */
export async function openLoading(engine: Engine, image: string, signal: AbortSignal): Promise<Loading> {
  if (!(await engine.hasContainerdStore())) throw cannotRewrite(image, engine.address);
  let isDone = false;
  return {
    isDone: () => isDone,
    takeImage: async (tar) => {
      const request = { query: { quiet: "1" }, body: Readable.from(tar), signal };
      for await (const { error } of engine.post("/images/load", request))
        if (error !== undefined) throw notLoaded(image, error);
      isDone = true;
    },
  };
}

function cannotRewrite(image: string, address: string): UserError {
  return new UserError(
    `${image} is to be reproducible, and the Docker engine at ${address} cannot rewrite the times of its files: it keeps images by a storage driver.`,
    {
      remedy:
        'Switch it to containerd\'s image store ("features": {"containerd-snapshotter": true} in daemon.json), name another engine in DOCKER_HOST, or take `reproducible` out.',
    },
  );
}

function notLoaded(image: string, message: string): UserError {
  return new UserError(`The engine did not take ${image} back from its BuildKit: ${message}`, {
    remedy: "See whether the engine has room on its disk, and run again.",
  });
}
