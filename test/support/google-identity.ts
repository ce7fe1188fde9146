import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";

/** Application Default Credentials of the kind that CI has: an identity of its own, exchanged for Google's tokens. */
export interface GoogleIdentity {
  /** Names the credentials' file. */
  readonly environment: Record<string, string>;
  /** The tokens that were given, in their order. */
  readonly tokens: string[];
}

/** A secret that is in the credentials' file. */
export const IDENTITY_SECRET = "an-identity-that-nobody-may-see";

/** Credentials that are there while the tests of a file are run, also in this process's environment, and their token server. */
export function identityForTests(): GoogleIdentity {
  const tokens: string[] = [];
  const environment: Record<string, string> = {};
  const server = createServer((request, response) => {
    request.resume();
    const access_token = `google-token-${tokens.length}`;
    tokens.push(access_token);
    const answer = { access_token, expires_in: 3600, token_type: "Bearer" };
    const type = { issued_token_type: "urn:ietf:params:oauth:token-type:access_token" };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ ...answer, ...type }));
  });
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "google-"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const file = join(folder, "credentials.json");
    await writeFile(join(folder, "identity"), IDENTITY_SECRET);
    await writeFile(file, JSON.stringify(externalAccount(port, join(folder, "identity"))));
    environment["GOOGLE_APPLICATION_CREDENTIALS"] = file;
    process.env["GOOGLE_APPLICATION_CREDENTIALS"] = file;
  });
  afterAll(async () => {
    delete process.env["GOOGLE_APPLICATION_CREDENTIALS"];
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  return { environment, tokens };
}

/** See https://google.aip.dev/auth/4117. */
function externalAccount(port: number, identity: string): object {
  return {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/ci",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `http://127.0.0.1:${port}/token`,
    credential_source: { file: identity },
    universe_domain: "googleapis.com",
  };
}
