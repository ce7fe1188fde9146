import { UserError } from "../../errors.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { runProgram } from "../processes/run-program.ts";

/**
 * Throws a `UserError` where the engine keeps images by a storage driver, which has room for a configuration and layers only:
 * it would take an annotated image and push it without its annotations.
 */
export async function checkKeepsAnnotations(environment: Environment, image: string): Promise<void> {
  const args = ["info", "--format", "{{json .DriverStatus}}"];
  const { stdout } = await runProgram("docker", args, { env: environment });
  if (Buffer.from(stdout).includes("io.containerd.snapshotter")) return;
  throw new UserError(`${image} has annotations, which the engine that builds it cannot keep.`, {
    remedy:
      "Switch the engine to its containerd image store, or name another builder (docker buildx create --driver docker-container).",
  });
}
