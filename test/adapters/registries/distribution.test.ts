import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Credentials, FindCredentials } from "../../../src/adapters/credentials/credentials.ts";
import { openRegistries } from "../../../src/adapters/registries/distribution.ts";
import { openPatientFetch } from "../../../src/adapters/registries/patient-fetch.ts";
import { DEFAULT_TRANSPORT, openTransport } from "../../../src/adapters/registries/transport.ts";
import { parseDigest, type Digest } from "../../../src/model/digest.ts";
import { createLimit } from "../../../src/schedule/create-limit.ts";
import { publishBaseImages } from "../../support/base-images.ts";
import { pushImage, pushIndex } from "../../support/push-images.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "../../support/registry.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const DIGEST = `sha256:${"a".repeat(64)}` as Digest;
const MINUTE = 60_000;
const password = (secret: string): Credentials => ({
  kind: "password",
  username: LOGIN.user,
  password: secret,
});
const knownAs =
  (credentials: Credentials | undefined): FindCredentials =>
  () =>
    Promise.resolve(credentials);

describe("a registry of CNCF Distribution", () => {
  let registry: LocalRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
    await publishBaseImages(registry);
  });
  afterAll(async () => {
    await registry.stop();
  });

  it("is asked for the digest of a tag, and of a digest", async () => {
    const registries = openRegistries(knownAs(undefined));
    const name = `${registry.host}/library/busybox`;
    const answer = await fetch(`${registry.url}/v2/library/busybox/manifests/1.36`, {
      headers: { accept: MANIFEST },
    });
    const expected = `sha256:${createHash("sha256")
      .update(await answer.text())
      .digest("hex")}`;
    const digest = await registries.resolve({ name, tag: "1.36" });
    expect(digest).toBe(expected);
    await expect(registries.resolve({ name, ...(digest === undefined ? {} : { digest }) })).resolves.toBe(
      expected,
    );
  });

  it.each([
    { case: "a tag that it lacks", path: "library/busybox", tag: "none" },
    { case: "a repository that it lacks", path: "library/none", tag: "1.36" },
  ])("answers that there is none for $case", async ({ path, tag }) => {
    const registries = openRegistries(knownAs(undefined));
    await expect(registries.resolve({ name: `${registry.host}/${path}`, tag })).resolves.toBeUndefined();
  });
});

describe("the sizes of an image", () => {
  let registry: LocalRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(async () => {
    await registry.stop();
  });

  it.each([
    {
      of: "one platform",
      push: () => pushImage(registry, "one", { platform: "linux/arm/v7", layers: [40, 2] }),
      sizes: { "linux/arm/v7": 42 },
    },
    {
      of: "an image without layers",
      push: () => pushImage(registry, "one", { platform: "linux/amd64" }),
      sizes: { "linux/amd64": 0 },
    },
    {
      of: "several platforms and attestations",
      push: () =>
        pushIndex(registry, "one", [
          { platform: "linux/amd64", layers: [10] },
          { platform: "linux/arm64/v8", layers: [20, 5] },
          { platform: "unknown/unknown", layers: [1000] },
        ]),
      sizes: { "linux/amd64": 10, "linux/arm64": 25 },
    },
    { of: "what is not there", push: () => Promise.resolve(DIGEST), sizes: {} },
  ])("are those of its layers, for each platform: $of", async ({ push, sizes }) => {
    const digest = parseDigest(await push());
    if (digest === undefined) throw new Error("nothing was pushed");
    const found = await openRegistries(knownAs(undefined)).sizes(`${registry.host}/one`, digest);
    expect(Object.fromEntries(found)).toEqual(sizes);
  });
});

describe("a registry with a login", () => {
  let registry: LocalRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ login: true });
  });
  afterAll(async () => {
    await registry.stop();
  });

  it("lets those in who have it", async () => {
    const registries = openRegistries(knownAs(password(LOGIN.password)));
    await expect(registries.resolve({ name: `${registry.host}/any` })).resolves.toBeUndefined();
  });

  it.each([
    { who: "nobody", credentials: undefined },
    { who: "one with a wrong password", credentials: password("wrong-but-secret") },
  ])("is an error, and not an absence, to $who", async ({ credentials }) => {
    const refusal = await openRegistries(knownAs(credentials))
      .resolve({ name: `${registry.host}/any` })
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/answered 401 /),
      remedy: `Log in: docker login ${registry.host}`,
    });
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain("wrong-but-secret");
  });
});

describe("a registry with a token server", () => {
  it("gets one token for all requests of a scope", async () => {
    const asked: string[] = [];
    await withServer(
      async (request, response, host) => {
        if (request.url?.startsWith("/token") === true) {
          asked.push(`${request.headers.authorization ?? "anonymous"} ${request.url}`);
          response.end(JSON.stringify({ token: "opensesame", expires_in: 300 }));
          return;
        }
        if (request.headers.authorization === "Bearer opensesame") {
          found(response);
          return;
        }
        const challenge = `Bearer realm="http://${host}/token",service="a service",scope="repository:team/app:pull"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
        await Promise.resolve();
      },
      async (host) => {
        const registries = openRegistries(knownAs(password("secret")));
        const both = [
          registries.resolve({ name: `${host}/team/app` }),
          registries.resolve({ name: `${host}/team/app` }),
        ];
        await expect(Promise.all(both)).resolves.toEqual([DIGEST, DIGEST]);
        await expect(registries.resolve({ name: `${host}/team/app`, tag: "next" })).resolves.toBe(DIGEST);
      },
    );
    const basic = `Basic ${Buffer.from(`${LOGIN.user}:secret`).toString("base64")}`;
    expect(asked).toEqual([`${basic} /token?service=a+service&scope=repository%3Ateam%2Fapp%3Apull`]);
  });

  it("uses a token once, even if it is good for no time at all", async () => {
    await withServer(
      (request, response, host) => {
        if (request.url?.startsWith("/token") === true)
          response.end(JSON.stringify({ token: "opensesame", expires_in: 0 }));
        else if (request.headers.authorization === "Bearer opensesame") found(response);
        else response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end();
      },
      async (host) => {
        const registries = openRegistries(knownAs(undefined));
        await expect(registries.resolve({ name: `${host}/team/app` })).resolves.toBe(DIGEST);
        await expect(registries.resolve({ name: `${host}/team/app` })).resolves.toBe(DIGEST);
      },
    );
  });

  it("gets an identity token by POST", async () => {
    let body = "";
    await withServer(
      async (request, response, host) => {
        if (request.method === "POST") {
          body = await text(request);
          response.end(JSON.stringify({ access_token: "opensesame" }));
          return;
        }
        if (request.headers.authorization === "Bearer opensesame") {
          found(response);
          return;
        }
        response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end();
      },
      async (host) => {
        const registries = openRegistries(knownAs({ kind: "identity", token: "mine" }));
        await expect(registries.resolve({ name: `${host}/team/app` })).resolves.toBe(DIGEST);
      },
    );
    const form = Object.fromEntries(new URLSearchParams(body));
    expect(form).toMatchObject({
      grant_type: "refresh_token",
      refresh_token: "mine",
      scope: "repository:team/app:pull",
    });
  });

  it("gets no password if it is neither https nor on this machine", async () => {
    await withServer(
      (_, response) => {
        response.writeHead(401, { "www-authenticate": 'Bearer realm="http://token.example/token"' }).end();
      },
      async (host) => {
        const registries = openRegistries(knownAs(password("secret")));
        await expect(registries.resolve({ name: `${host}/app` })).rejects.toThrow(
          /cannot be trusted with credentials/,
        );
      },
    );
  });
});

describe("a registry with troubles", () => {
  it("that leaves the digest's header out is asked for the manifest", async () => {
    const manifest = '{"schemaVersion":2}';
    await withServer(
      (_, response) => {
        response.end(manifest);
      },
      async (host) => {
        const digest = await openRegistries(knownAs(undefined)).resolve({ name: `${host}/app` });
        expect(digest).toBe(`sha256:${createHash("sha256").update(manifest).digest("hex")}`);
      },
    );
  });

  it.each([429, 500, 503])("is asked again after %d", async (status) => {
    let requests = 0;
    await withServer(
      (_, response) => {
        requests += 1;
        if (requests > 1) {
          found(response);
          return;
        }
        response.writeHead(status, { "retry-after": "0" }).end();
      },
      async (host) => {
        await expect(openRegistries(knownAs(undefined)).resolve({ name: `${host}/app` })).resolves.toBe(
          DIGEST,
        );
      },
    );
    expect(requests).toBe(2);
  });

  it("is asked again when it drops the connection", async () => {
    let requests = 0;
    await withServer(
      (request, response) => {
        requests += 1;
        if (requests > 1) {
          found(response);
          return;
        }
        request.socket.destroy();
      },
      async (host) => {
        await expect(openRegistries(knownAs(undefined)).resolve({ name: `${host}/app` })).resolves.toBe(
          DIGEST,
        );
      },
    );
  });

  it.each([
    { status: 403, header: {}, remedy: /right to read/ },
    { status: 429, header: { "retry-after": "0" }, remedy: /Try again after 0/ },
    { status: 429, header: { "retry-after": "3600" }, remedy: /Try again after 3600/ },
    { status: 502, header: { "retry-after": "0" }, remedy: /Nothing was taken for absent/ },
  ])(
    "is an error, and not an absence, when it keeps answering $status $header",
    async ({ status, header, remedy }) => {
      await withServer(
        (_, response) => {
          response.writeHead(status, header).end();
        },
        async (host) => {
          await expect(
            openRegistries(knownAs(undefined)).resolve({ name: `${host}/app` }),
          ).rejects.toMatchObject({
            name: "UserError",
            message: expect.stringContaining(`${host} answered ${status} `),
            remedy: expect.stringMatching(remedy),
          });
        },
      );
    },
  );

  it("is an error when it answers with something else than the digest names", async () => {
    await withServer(
      (_, response) => {
        response.end("<html>Log in to this network first.</html>");
      },
      async (host) => {
        await expect(
          openRegistries(knownAs(undefined)).describe(`${host}/app`, DIGEST),
        ).rejects.toMatchObject({
          name: "UserError",
          message: expect.stringContaining("has another digest"),
        });
      },
    );
  });

  it(
    "is given up when its answer comes to a stop in the middle",
    async () => {
      await withServer(
        (_, response) => {
          response.writeHead(200, { "content-length": "100" }).write("half");
        },
        async (host) => {
          const attempt = { registry: host, reference: `${host}/app` };
          const fetchOnce = openPatientFetch(openTransport(DEFAULT_TRANSPORT), []);
          const answer = fetchOnce(attempt, `http://${host}/`, {}, undefined);
          await expect(answer).rejects.toMatchObject({
            name: "UserError",
            message: `${host} did not answer for ${host}/app: it took too long.`,
          });
        },
      );
    },
    MINUTE,
  );

  it("is waited for no longer than it is wanted", async () => {
    const abort = new AbortController();
    await withServer(
      (_, response) => {
        response.writeHead(503, { "retry-after": "50" }).end();
        abort.abort(new Error("enough"));
      },
      async (host) => {
        const registries = openRegistries(knownAs(undefined));
        await expect(registries.resolve({ name: `${host}/app` }, abort.signal)).rejects.toThrow("enough");
      },
    );
  });

  it("is named where nobody answers", async () => {
    const host = await withServer(
      () => undefined,
      (free) => Promise.resolve(free),
    );
    await expect(openRegistries(knownAs(undefined)).resolve({ name: `${host}/app` })).rejects.toMatchObject({
      name: "UserError",
      message: `${host} did not answer for ${host}/app: ECONNREFUSED.`,
    });
  });
});

describe("politeness", () => {
  it("asks for the same thing once at a time, and gives all the answer", async () => {
    let requests = 0;
    await withServer(
      (_, response) => {
        requests += 1;
        setTimeout(() => {
          found(response);
        }, 50);
      },
      async (host) => {
        const registries = openRegistries(knownAs(undefined));
        const asked = Array.from({ length: 5 }, () => registries.resolve({ name: `${host}/app` }));
        await expect(Promise.all(asked)).resolves.toEqual(Array.from({ length: 5 }, () => DIGEST));
        expect(requests).toBe(1);
        await registries.resolve({ name: `${host}/app` });
        expect(requests).toBe(2);
      },
    );
  });

  it("goes on asking when only one of those who asked does not want to know any more", async () => {
    const answers: ServerResponse[] = [];
    await withServer(
      (_, response) => void answers.push(response),
      async (host) => {
        const registries = openRegistries(knownAs(undefined));
        const [one, other] = [new AbortController(), new AbortController()];
        const first = registries.resolve({ name: `${host}/app` }, one.signal);
        const second = registries.resolve({ name: `${host}/app` }, other.signal);
        while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        one.abort(new Error("enough"));
        for (const answer of answers) found(answer);
        await expect(second).resolves.toBe(DIGEST);
        expect(answers).toHaveLength(1);
        await first.catch(() => undefined);
      },
    );
  });

  it("has no more requests under way than it is told", async () => {
    let now = 0;
    let most = 0;
    await withServer(
      (_, response) => {
        most = Math.max(most, ++now);
        setTimeout(() => {
          now -= 1;
          found(response);
        }, 10);
      },
      async (host) => {
        const registries = openRegistries(knownAs(undefined), { limit: createLimit(3) });
        const asked = Array.from({ length: 20 }, (_, tag) =>
          registries.resolve({ name: `${host}/app`, tag: `${tag}` }),
        );
        await Promise.all(asked);
      },
    );
    expect(most).toBe(3);
  });

  it("leaves a registry alone for as long as it asks, whatever else is to be asked", async () => {
    const times: number[] = [];
    await withServer(
      (_, response) => {
        times.push(Date.now());
        if (times.length === 1) response.setHeader("ratelimit", '"default";r=0;t=1');
        found(response);
      },
      async (host) => {
        const registries = openRegistries(knownAs(undefined));
        await registries.resolve({ name: `${host}/app` });
        await registries.resolve({ name: `${host}/other` });
      },
    );
    // Timers may be a little early.
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950);
  });

  it("asks Docker Hub and all others by HEAD, which costs no pull", async () => {
    const methods: (string | undefined)[] = [];
    await withServer(
      ({ method }, response) => {
        methods.push(method);
        found(response);
      },
      async (host) => {
        await openRegistries(knownAs(undefined)).resolve({ name: `${host}/app` });
        expect(await openTransport(DEFAULT_TRANSPORT).originOf("docker.io")).toBe(
          "https://registry-1.docker.io",
        );
      },
    );
    expect(methods).toEqual(["HEAD"]);
  });
});

describe("end-8b, GET tags/list with pages", () => {
  it.each([
    ["as the specification has it", (last: string) => `</v2/app/tags/list?n=2&last=${last}>; rel="next"`],
    [
      "of a registry that knows itself by another name",
      (last: string) => `<http://inner:5000/v2/app/tags/list?last=${last}&n=2>;rel=next`,
    ],
  ])("%s: goes on to the end", async (_, link) => {
    const tags = ["a", "b", "c", "d", "e"];
    const asked: string[] = [];
    await withServer(
      ({ url = "" }, response) => {
        asked.push(url);
        const start = tags.indexOf(new URL(url, "http://x").searchParams.get("last") ?? "") + 1;
        const page = tags.slice(start, start + 2);
        if (start + 2 < tags.length) response.setHeader("link", link(page.at(-1) ?? ""));
        response.end(JSON.stringify({ name: "app", tags: page }));
      },
      async (host) => {
        expect(await openRegistries(knownAs(undefined)).tags(`${host}/app`)).toEqual(tags);
      },
    );
    expect(asked).toHaveLength(3);
  });

  it("takes a repository without tags for one that is empty", async () => {
    await withServer(
      (_, response) => {
        response.end('{"name":"app","tags":null}');
      },
      async (host) => {
        expect(await openRegistries(knownAs(undefined)).tags(`${host}/app`)).toEqual([]);
      },
    );
  });
});

describe("end-9, DELETE manifests", () => {
  it.each([
    [405, /does not delete by the distribution API/],
    [403, /right to delete from this repository/],
    [500, /Nothing was taken for absent/],
  ])("that is answered %d is an error that says what to do", async (status, remedy) => {
    await withServer(
      (_, response) => {
        response.writeHead(status, { "retry-after": "0" }).end();
      },
      async (host) => {
        await expect(
          openRegistries(knownAs(undefined)).delete(`${host}/app`, [DIGEST]),
        ).rejects.toMatchObject({
          name: "UserError",
          message: expect.stringContaining(`answered ${status}`),
          remedy: expect.stringMatching(remedy),
        });
      },
    );
  });
});

type Answer = (request: IncomingMessage, response: ServerResponse, host: string) => Promise<void> | void;

/** Runs `work` with the host of a server that lives as long. */
async function withServer<Result>(answer: Answer, work: (host: string) => Promise<Result>): Promise<Result> {
  const server = createServer((request, response) => {
    void answer(request, response, host);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await work(host);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function found(response: ServerResponse): void {
  response.writeHead(200, { "docker-content-digest": DIGEST }).end();
}
