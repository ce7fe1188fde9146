import type { ImageTest, Platform } from "../../model/image.ts";
import type { Attention, TestEnd } from "../../ports.ts";
import type { Container, Specification } from "./container.ts";
import type { Engine } from "./engine.ts";
import { OutputLines } from "../processes/output-lines.ts";

/**
 * Runs a test in a container of what the engine has under a name. What it writes goes to the log. The container is taken away
 * however the test ends; one that is aborted rejects with the signal's reason.
 */
export async function runTest(
  engine: Engine,
  name: string,
  platform: Platform,
  test: ImageTest,
  attention: Attention,
): Promise<TestEnd> {
  const container = await engine.createContainer(specificationOf(name, test), platform);
  const timeout = AbortSignal.timeout(test.timeout * 1000);
  try {
    return await follow(container, attention, AbortSignal.any([attention.signal, timeout]));
  } catch (error) {
    attention.signal.throwIfAborted();
    if (timeout.aborted) return { kind: "timed-out" };
    throw error;
  } finally {
    await container.remove();
  }
}

async function follow(
  container: Container,
  { log }: Pick<Attention, "log">,
  signal: AbortSignal,
): Promise<TestEnd> {
  const lines = { stdout: new OutputLines(log), stderr: new OutputLines(log) };
  try {
    const ended = await container.run(({ stream, bytes }) => {
      lines[stream].take(bytes);
    }, signal);
    if ("refusal" in ended) return { kind: "not-started", why: causeOf(ended.refusal) };
    return { kind: "exited", code: ended.code };
  } finally {
    lines.stdout.end();
    lines.stderr.end();
  }
}

/** The engine says first through how many hands it went. */
function causeOf(refusal: string): string {
  return refusal.replace(/^.*unable to start container process: /s, "").replace(/: unknown$/, "");
}

/** The output goes to us alone: the engine keeps no copy. */
function specificationOf(name: string, { command, entrypoint, network }: ImageTest): Specification {
  return {
    Image: name,
    ...(command.length === 0 ? {} : { Cmd: command }),
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network,
      LogConfig: { Type: "none" },
    },
  };
}
