import { UserError } from "../../errors.ts";
import { isTransient } from "./transient.ts";

/** That a build failed, at a step if it came so far. Whatever was said is BuildKit's message. */
export function buildFailed(image: string, step: string | undefined, message: string): UserError {
  return new UserError(`The build of ${image} failed${step === undefined ? "" : ` at ${step}`}: ${message}`, {
    remedy: remedyFor(message),
    // What a step runs is the user's, and may fail for whatever reason it likes.
    isTransient: !message.includes("did not complete successfully") && isTransient(message),
  });
}

function remedyFor(message: string): string {
  if (/unauthorized|authorization failed|denied|\b40[13]\b/i.test(message)) {
    return "Log in to the registry of the image that could not be pulled: docker login REGISTRY";
  }
  if (message.includes("failed to resolve source metadata")) {
    return "Check that the image it builds on exists, and that its registry can be reached.";
  }
  if (/not supported for the docker driver|unknown cache exporter/.test(message)) {
    return "Switch the engine to its containerd image store (https://docs.docker.com/engine/storage/containerd/), or name another builder with `builder` or --builder (`docker buildx create` makes one).";
  }
  if (/cannot copy from stage .*, it needs to be defined before current stage/.test(message)) {
    return "An image that it is built on has `ONBUILD COPY --from=` with the name of an image; for that the engine must have BuildKit 0.17 or newer (Docker Engine 27.4).";
  }
  return "Its log has the whole output. Mend the Dockerfile, or what the step runs, and run again.";
}
