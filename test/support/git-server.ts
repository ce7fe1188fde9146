import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Repository } from "./repository.ts";

/** Bare repositories that are served over HTTP. */
export interface GitServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The folder that has them. */
  readonly folder: string;
  /** Who may do anything, as `name:password`; if there are none, everybody may read and nobody write. */
  readonly logins: string[];
  /** Who the requests said they are since it was last emptied. */
  readonly seen: string[];
  /** Where requests are sent on to, if anywhere. */
  redirect: string | undefined;
  /** Publishes a repository, or what is new in it, and gives its URL. */
  readonly publish: (repository: Repository, name: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Serves bare repositories with git's own program for it, `git http-backend`, on a free loopback port. */
export async function startGitServer(): Promise<GitServer> {
  const folder = await mkdtemp(join(tmpdir(), "git-server-"));
  const server = createServer((request, response) => {
    void letIn(own, request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const url = `http://127.0.0.1:${address.port}`;
  const own: GitServer = {
    ...{ url, folder, logins: [], seen: [], redirect: undefined },
    publish: async ({ git }, name) => {
      const bare = join(folder, `${name}.git`);
      await git("init", "--quiet", "--bare", "--initial-branch=main", bare);
      await git("push", "--quiet", "--mirror", bare);
      return `${url}/${name}.git`;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return own;
}

async function letIn(
  { folder, logins, seen, redirect }: GitServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, basic = ""] = /^Basic (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const login = Buffer.from(basic, "base64").toString();
  if (login !== "" && !seen.includes(login)) seen.push(login);
  if (redirect !== undefined) {
    response.writeHead(302, { location: `${redirect}${request.url ?? ""}` }).end();
    return;
  }
  if (logins.length > 0 && !logins.includes(login)) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return;
  }
  await answer(folder, logins.length > 0 ? login : undefined, request, response);
}

/** A CGI program gets the request by its environment and standard input, and answers with headers and a body. */
async function answer(
  folder: string,
  user: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? "/", "http://server");
  const child = spawn("git", ["http-backend"], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      ...(user === undefined ? {} : { REMOTE_USER: user }),
      GIT_PROTOCOL: [request.headers["git-protocol"]].flat().join(),
      REQUEST_METHOD: request.method ?? "GET",
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  const output = await buffer(child.stdout);
  const end = output.indexOf("\r\n\r\n");
  for (const line of output.subarray(0, end).toString().split("\r\n")) {
    const [, name = "", value = ""] = /^([^:]+): (.*)$/.exec(line) ?? [];
    if (name === "Status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}
