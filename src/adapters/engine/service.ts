import { readFrames } from "./frames.ts";
import type { Engine } from "./engine.ts";

/** A program that goes on in a container when this process has ended. */
export interface Service {
  /** Of its container, and of the volume that it keeps its data in. Nobody else's may have it. */
  readonly name: string;
  /** An image that the engine has. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Where it has the volume. */
  readonly data: string;
  /** The port on which it listens, and the one that leads there on the engine's loopback interface. */
  readonly ports: { readonly inside: number; readonly outside: number };
}

/** What of its output is shown where it fails, in lines. */
const LAST = 3;

/**
 * Starts it, unless it runs. Of several who do it at the same time each gets the same container; one that has ended is started
 * again. The volume outlives containers: what clears up behind others takes those away that have ended.
 */
export async function startService(engine: Engine, service: Service): Promise<void> {
  const query = { name: service.name };
  const body = specificationOf(service);
  await engine.send("POST", "/containers/create", { query, body, accepts: [201, 409] });
  await engine.send("POST", `/containers/${service.name}/start`, { accepts: [204, 304] });
}

/** Whether it runs. */
export async function runsService(engine: Engine, name: string): Promise<boolean> {
  const accepts = [200, 404];
  const answer = (await engine.send("GET", `/containers/${name}/json`, { accepts })) as Inspected;
  return answer.State?.Running === true;
}

interface Inspected {
  readonly State?: { readonly Running?: boolean };
}

/** The end of what it wrote. */
export async function readServiceLog(engine: Engine, name: string): Promise<string> {
  const query = { stdout: "1", stderr: "1", tail: String(LAST) };
  const pieces: Uint8Array[] = [];
  for await (const { bytes } of readFrames(await engine.open(`/containers/${name}/logs`, query)))
    pieces.push(bytes);
  return Buffer.concat(pieces).toString().trim();
}

/** Ends it, and takes the container away. What is not there is no error. */
export async function endService(engine: Engine, name: string): Promise<void> {
  await engine.send("POST", `/containers/${name}/stop`, { accepts: [204, 304, 404] });
  // 409: somebody else is taking it away.
  await engine.send("DELETE", `/containers/${name}`, { accepts: [204, 404, 409] });
}

/** Deletes all that it kept. */
export async function deleteServiceData(engine: Engine, name: string): Promise<void> {
  await engine.send("DELETE", `/volumes/${name}`, { accepts: [204, 404] });
}

/** See https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerCreate. */
function specificationOf({ name, image, environment, labels, data, ports }: Service): object {
  const port = `${ports.inside}/tcp`;
  return {
    Image: image,
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: labels,
    ExposedPorts: { [port]: {} },
    HostConfig: {
      PortBindings: { [port]: [{ HostIp: "127.0.0.1", HostPort: String(ports.outside) }] },
      Mounts: [{ Type: "volume", Source: name, Target: data, VolumeOptions: { Labels: labels } }],
    },
  };
}
