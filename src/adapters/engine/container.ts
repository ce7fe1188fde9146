import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type Modem from "docker-modem";
import { dial, dialFor, refusalOf } from "./dial.ts";
import { readFrames, type Frame } from "./frames.ts";

/** A container of the engine's that is not running yet. */
export interface Container {
  /**
   * Runs it and gives its exit code when it has ended and is gone; or why the engine could not start it. `write` gets what
   * it writes.
   */
  run(write: (frame: Frame) => void, signal: AbortSignal): Promise<Ended>;
  /** Ends it, if it runs, and takes it away, if it is there. */
  remove(): Promise<void>;
}

/** What became of a container. */
export type Ended = { readonly code: number } | { readonly refusal: string };

/** A specification of a container that goes away when it has ended, as the engine's API has it. */
export type Specification = Readonly<Record<string, unknown>> & {
  readonly HostConfig: Readonly<Record<string, unknown>> & { readonly AutoRemove: true };
};

/** Makes a container (https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerCreate). */
export async function createContainer(
  modem: Modem,
  address: string,
  specification: Specification,
  platform: string,
): Promise<Container> {
  const { Id: id } = await dialFor<{ readonly Id: string }>(
    modem,
    {
      path: "/containers/create?",
      method: "POST",
      options: { _query: { platform }, _body: specification },
      statusCodes: { 201: true },
    },
    address,
  );
  const path = `/containers/${id}`;
  return {
    run: (write, signal) => runContainer(modem, address, path, write, signal),
    remove: async () => {
      const request = { path: `${path}?`, method: "DELETE", options: { force: "true", v: "true" } };
      // 409: it is being taken away already.
      const statusCodes = { 204: true, 404: true, 409: true };
      await dial(modem, { ...request, statusCodes }).catch(() => undefined);
    },
  };
}

async function runContainer(
  modem: Modem,
  address: string,
  path: string,
  write: (frame: Frame) => void,
  signal: AbortSignal,
): Promise<Ended> {
  const post = { method: "POST", isStream: true, abortSignal: signal } as const;
  const listen = async (what: string, query: Readonly<Record<string, string>>) => {
    const options = { _query: query, _body: {} };
    const request = { ...post, path: `${path}/${what}?`, options, statusCodes: { 200: true } };
    const answer = await dialFor<IncomingMessage>(modem, request, address);
    // What ends it early is met where it is read; until then it must not count as unhandled.
    return answer.on("error", () => undefined);
  };
  // Both are there before it is started: it may be gone a moment later.
  const output = await listen("attach", { stream: "1", stdout: "1", stderr: "1" });
  const exit = await listen("wait", { condition: "removed" });
  try {
    await dial(modem, { ...post, path: `${path}/start`, isStream: false, statusCodes: { 204: true } });
  } catch (error) {
    signal.throwIfAborted();
    for (const answer of [output, exit]) answer.destroy();
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { refusal };
  }
  for await (const frame of readFrames(output)) write(frame);
  const { StatusCode: code } = (await json(exit)) as { readonly StatusCode: number };
  return { code };
}
