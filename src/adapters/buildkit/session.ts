/**
 * The client's side of a build: while it goes on, the engine's BuildKit calls back over one connection, and is answered with
 * the Dockerfile, the files of contexts, secrets, and the credentials for the bases it pulls.
 *
 * The files go this way, and not as a tar with the request, for three reasons. The Dockerfile is a source of its own, so that
 * the context holds what the user's does and nothing else, although the Dockerfile that is built differs from the one in the
 * working tree. It works with both of the engine's image stores, where the tar fails with containerd's. And each registry gets
 * its own credentials. It is what `docker build` did before buildx, and what buildx does.
 */

import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import { METHODS, serverOf, type SessionAnswers } from "./session-answers.ts";

/** An engine, whose API leads to its BuildKit. */
export interface Upgrading {
  /** POST that turns the connection into another protocol's. */
  upgrade(path: string, headers: OutgoingHttpHeaders, signal: AbortSignal): Promise<Duplex>;
}

/** A session that is open. */
export interface Session {
  readonly id: string;
  /** What went wrong on this side, if anything did: it explains the builder's error better than the builder can. */
  failure(): unknown;
  /** Ends the connection at once. */
  close(): void;
}

/** Opens a session with the engine's BuildKit. */
export async function openSession(
  engine: Upgrading,
  answers: SessionAnswers,
  signal: AbortSignal,
): Promise<Session> {
  const id = randomUUID();
  let failure: unknown;
  const server = serverOf(answers, (error) => {
    failure ??= error;
  });
  const socket = await engine.upgrade("/session", sessionHeaders(id), signal);
  // Reported by the build's own connection.
  socket.on("error", () => undefined);
  server.createConnectionInjector(grpc.ServerCredentials.createInsecure()).injectConnection(socket);
  return {
    id,
    failure: () => failure,
    close: () => {
      close(server, socket);
    },
  };
}

/**
 * With a key of its own a session shares no files with earlier ones: BuildKit takes a file of the same size and time for
 * unchanged, and here all times are the same.
 */
function sessionHeaders(id: string) {
  return {
    Upgrade: "h2c",
    "X-Docker-Expose-Session-Uuid": id,
    "X-Docker-Expose-Session-Name": "manage-images",
    "X-Docker-Expose-Session-Sharedkey": id,
    "X-Docker-Expose-Session-Grpc-Method": METHODS,
  };
}

function close(server: grpc.Server, socket: Duplex): void {
  server.forceShutdown();
  socket.destroy();
}
