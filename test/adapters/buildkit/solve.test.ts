import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { afterEach, expect, it } from "@jest/globals";
import {
  solveRequest,
  solveResponse,
  statusRequest,
  statusResponse,
  type Codec,
  type StatusResponse,
} from "../../../src/adapters/buildkit/messages.ts";
import { solve, type Task } from "../../../src/adapters/buildkit/solve.ts";

const TASK: Task = {
  session: "session",
  attributes: {},
  exporter: { type: "moby", attributes: {} },
  caches: { from: [], to: [] },
  entitlements: [],
};
const FAILURE = { code: grpc.status.UNKNOWN, details: "exit code: 7" };

/** How long BuildKit may take for the end of its report. */
const A_WHILE = 3000;

const servers: grpc.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

type Reporting = grpc.ServerWritableStream<unknown, StatusResponse>;

/** BuildKit's interface, where a build fails at once, and reports as it is said. */
async function failing(report: (call: Reporting) => Promise<void>) {
  const server = new grpc.Server();
  servers.push(server);
  server.addService(
    {
      Solve: method("Solve", solveRequest, solveResponse, false),
      Status: method("Status", statusRequest, statusResponse, true),
    },
    {
      Solve: (_: unknown, answer: grpc.sendUnaryData<unknown>) => {
        // Whoever asks has asked for the report before.
        setTimeout(answer, 100, FAILURE);
      },
      Status: (call: Reporting) => void report(call),
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { upgrade: () => Promise.resolve(connect(port, "127.0.0.1")) };
}

function method<Request, Response>(
  name: string,
  request: Codec<Request>,
  response: Codec<Response>,
  responseStream: boolean,
): grpc.MethodDefinition<Request, Response> {
  return {
    path: `/moby.buildkit.v1.Control/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: (message) => Buffer.from(request.encode(message)),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => Buffer.from(response.encode(message)),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

const logOf = (text: string): StatusResponse => ({
  vertexes: [],
  statuses: [],
  logs: [{ vertex: "sha256:1", timestamp: null, msg: Buffer.from(text) }],
  warnings: [],
});

it("what a build that failed said last is taken, though it comes after that it failed", async () => {
  const engine = await failing(async (call) => {
    call.write(logOf("first"));
    await pause(400);
    call.write(logOf("last"));
    call.end();
  });
  const taken: string[] = [];
  const take = ({ logs }: StatusResponse) =>
    taken.push(...logs.map(({ msg }) => Buffer.from(msg).toString()));
  await expect(solve(engine, TASK, take, AbortSignal.timeout(20_000))).rejects.toMatchObject({
    name: "CallError",
    message: FAILURE.details,
  });
  expect(taken).toEqual(["first", "last"]);
});

it("a report without an end is not waited for without one", async () => {
  const engine = await failing(async (call) => {
    call.write(logOf("first"));
    await pause(1);
  });
  const start = performance.now();
  await expect(solve(engine, TASK, () => undefined, AbortSignal.timeout(20_000))).rejects.toMatchObject({
    message: FAILURE.details,
  });
  expect(performance.now() - start).toBeGreaterThan(A_WHILE);
});
