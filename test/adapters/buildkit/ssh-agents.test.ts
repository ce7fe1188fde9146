import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type ClientHttp2Session } from "node:http2";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openSession, type Session } from "../../../src/adapters/buildkit/session.ts";
import { agentOf, findAgents, isOwnAgent } from "../../../src/adapters/buildkit/ssh-agents.ts";
import { UserError } from "../../../src/errors.ts";

/** The other side of a session: it calls as BuildKit does. */
describe("a step that speaks with an agent", () => {
  let folder: string;
  let agent: Server;
  let buildKit: ClientHttp2Session;
  let session: Session;
  const seen: Socket[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "agent-"));
    // It says everything twice, and ends when the other side has no more to say.
    agent = createServer((socket) => {
      seen.push(socket);
      socket.on("data", (data) => socket.write(Buffer.concat([data, data])));
    }).listen(join(folder, "socket"));
    await once(agent, "listening");
    const [ours, theirs] = duplexPair();
    const agents = findAgents({ SSH_AUTH_SOCK: join(folder, "socket") }, "app", ["default"]);
    session = await openSession(
      { upgrade: () => Promise.resolve(ours) },
      {
        trees: {},
        secret: () => Promise.resolve(undefined),
        agent: (id) => agentOf(agents, id),
        findCredentials: () => Promise.resolve(undefined),
      },
      new AbortController().signal,
    );
    buildKit = connect("http://session", { createConnection: () => theirs });
    buildKit.on("error", () => undefined);
  });

  afterEach(async () => {
    buildKit.destroy();
    session.close();
    agent.close();
    await rm(folder, { recursive: true });
  });

  function forward(id: string) {
    return buildKit.request({
      ":method": "POST",
      ":path": "/moby.sshforward.v1.SSH/ForwardAgent",
      "content-type": "application/grpc",
      "buildkit.ssh.id": id,
      te: "trailers",
    });
  }

  it("has its bytes brought there and the answers back, until both have ended", async () => {
    const stream = forward("default");
    stream.write(message("who"));
    const [first] = (await once(stream, "data")) as [Buffer];
    expect(first).toEqual(message("whowho"));
    const trailers = once(stream, "trailers");
    stream.end();
    stream.resume();
    expect((await trailers)[0]).toMatchObject({ "grpc-status": "0" });
  });

  it("leaves no connection behind when it is broken off", async () => {
    const stream = forward("");
    stream.write(message("who"));
    await once(stream, "data");
    const closed = Promise.all(seen.slice(-1).map((socket) => once(socket, "close")));
    stream.destroy();
    await closed;
  });

  it("is told that there is none of another name", async () => {
    const stream = forward("other");
    stream.resume();
    const [headers] = (await once(stream, "response")) as [object];
    expect(headers).toMatchObject({ "grpc-status": "5" });
  });
});

it("says that there is no agent", () => {
  expect(() => findAgents({}, "app", ["default"])).toThrow(UserError);
  expect(findAgents({}, "app", [])).toEqual(new Map());
});

it.each([
  ["default", true],
  ["work", true],
  ["work=/run/agent.sock", false],
  ["work=key.pem", false],
])("%s is the user's own agent: %s", (written, expected) => {
  expect(isOwnAgent(written)).toBe(expected);
});

/** A message with one field of bytes, as gRPC has it. */
function message(text: string): Buffer {
  const body = Buffer.from([0x0a, text.length, ...Buffer.from(text)]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}
