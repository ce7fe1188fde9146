import { startLocalRegistry as start } from "../adapters/local-registry/local-registry.ts";
import type { Terminal } from "./terminal.ts";

/** Starts the local registry, from an image if one is named. Its address. */
export async function startLocalRegistry(
  { environment, stderr, interrupt }: Terminal,
  image: string | undefined,
): Promise<string> {
  const say = (text: string) => void stderr.write(`${text}\n`);
  return start(environment, { image: image === "" ? undefined : image, say }, interrupt);
}
