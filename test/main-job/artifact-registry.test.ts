import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { GIT_ENVIRONMENT, makeRepository } from "../support/repository.ts";

const MINUTE = 60_000;
const SECRET = "a-refresh-token-that-nobody-may-see";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "google-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a dry run with a registry said, and the packages that it loaded. */
async function dryRun(registry: string) {
  const files = {
    "images.config.json": JSON.stringify({ registry, images: { base: {} } }),
    "dockerfiles/base.Dockerfile": "FROM scratch\n",
  };
  const repository = await makeRepository(files);
  const coverage = await mkdtemp(join(folder, "coverage-"));
  const credentials = join(folder, "credentials.json");
  const user = { type: "authorized_user", client_id: "id", client_secret: SECRET, refresh_token: SECRET };
  await writeFile(credentials, JSON.stringify({ ...user, universe_domain: "googleapis.com" }));
  const google = {
    GOOGLE_APPLICATION_CREDENTIALS: credentials,
    // Nobody is there.
    HTTPS_PROXY: "http://127.0.0.1:9",
    https_proxy: "http://127.0.0.1:9",
    no_grpc_proxy: "",
  };
  const environment = { ...GIT_ENVIRONMENT, ...google, NODE_V8_COVERAGE: coverage, NO_COLOR: "1" };
  const ran = await manageImages(repository.folder, ["--image", "base", "--dry-run"], environment);
  await repository.remove();
  const reports = await readdir(coverage);
  const texts = await Promise.all(reports.map((name) => readFile(join(coverage, name), "utf8")));
  const packages = new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/node_modules\/((?:@[\w-]+\/)?[\w-]+)\//g)].map(([, name]) => name),
    ),
  );
  return { ...ran, packages: [...packages] };
}

describe("the client of Artifact Registry", () => {
  it(
    "is not loaded where no registry is Artifact Registry's",
    async () => {
      const { packages, stderr } = await dryRun("127.0.0.1:9/images");
      expect(stderr).toMatch(/127\.0\.0\.1:9 did not answer/);
      expect(packages.filter((name) => /google|grpc|undici/.test(name ?? ""))).toEqual([]);
    },
    MINUTE,
  );

  it(
    "is loaded where one is, and what it cannot do is an error without secrets",
    async () => {
      const { packages, exitCode, stdout, stderr } = await dryRun("us-docker.pkg.dev/acme/images");
      expect(packages).toContain("@google-cloud/artifact-registry");
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(/gcloud auth application-default login|Nothing was taken for absent/);
      expect(stderr).not.toContain(SECRET);
      expect(stderr).not.toMatch(/Warning|^\s+at /m);
    },
    MINUTE,
  );
});
