import { connect } from "node:net";
import { pipeline } from "node:stream/promises";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { UserError } from "../../errors.ts";
import type { BytesMessage } from "./messages.ts";

/** The variables that say where the agent is. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A conversation of a build with an agent. */
export type AgentStream = ServerDuplexStream<BytesMessage, BytesMessage>;

/** Where the agents of a build listen, by the ids that its steps know them by. */
export type Agents = ReadonlyMap<string, string>;

/** What an agent is called that a step does not call otherwise. */
const DEFAULT = "default";

/** Whether an agent is the user's own: keys in files, and sockets elsewhere, buildx makes agents of. Pure. */
export function isOwnAgent(written: string): boolean {
  return !written.includes("=");
}

/** The user's own agent by the ids that are written. A `UserError` where there is none. */
export function findAgents(environment: Environment, image: string, ssh: readonly string[]): Agents {
  const { SSH_AUTH_SOCK: socket = "" } = environment;
  if (ssh.length > 0 && socket === "")
    throw new UserError(`${image} is built with an SSH agent, and SSH_AUTH_SOCK is not set.`, {
      remedy:
        'Start one (`eval $(ssh-agent)`, `ssh-add`), or name a key in the configuration: `ssh: ["default=PATH"]`.',
    });
  return new Map(ssh.map((id) => [id === "" ? DEFAULT : id, socket]));
}

/** The socket of the agent that a step asks for (`moby.sshforward.v1.SSH`); `undefined` where the build has none of that id. */
export function agentOf(agents: Agents, id: string): string | undefined {
  return agents.get(id === "" ? DEFAULT : id);
}

/** Hands what a step says to an agent, and the agent's answers back, until the agent has no more to say. */
export async function forwardAgent(stream: AgentStream, socket: string): Promise<void> {
  const agent = connect(socket);
  const end = () => {
    agent.destroy();
  };
  stream.once("cancelled", end);
  try {
    pipeline(said(stream), agent).catch(end);
    for await (const data of agent as AsyncIterable<Uint8Array>) stream.write({ data });
  } finally {
    end();
  }
}

async function* said(stream: AgentStream): AsyncGenerator<Uint8Array> {
  const messages = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<BytesMessage>;
  for await (const { data } of messages) yield data;
}
