import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-images.ts";
import { startRegistryProxy, type Answer, type RegistryProxy } from "../support/registry-proxy.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const MINUTE = 60_000;
const WRONG = "a-password-that-nobody-may-see";
const COMMANDS = [
  ["promote", "--tag", "prod"],
  ["tags"],
  ["prune", "--keep-days", "0", "--yes"],
  ["pin"],
  ["check", "--remote"],
  ["update"],
  ["plan", "--image", "all"],
  ["--image", "all"],
];

let registry: LocalRegistry;
let open: LocalRegistry;
let proxy: RegistryProxy;
let trouble: Answer | undefined;
let folder: string;
let repository: Repository;
let digest: string;

beforeAll(async () => {
  open = await startRegistry();
  registry = await startRegistry({ login: true, data: open.data });
  proxy = await startRegistryProxy(registry.host, () => trouble);
  digest = await pushImage(open, "team/app", { platform: "linux/amd64" }, "latest");
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
  await open.stop();
}, MINUTE);
afterEach(async () => {
  trouble = undefined;
  await repository.remove();
  await rm(folder, { recursive: true });
});

/** A project, Docker's configuration, and programs that write down how they are called before they do their work. */
async function world(configuration: object, helper = "{}"): Promise<Record<string, string>> {
  folder = await mkdtemp(join(tmpdir(), "credentials-"));
  const repositoryOf = `${proxy.host}/team/app`;
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: `${proxy.host}/team`, images: { app: {} } }),
    "images.lock.json": JSON.stringify({ version: 1, images: { app: { repository: repositoryOf, digest } } }),
    "dockerfiles/app.Dockerfile": `FROM ${repositoryOf}-base:1.0\n`,
  });
  await mkdir(join(folder, "bin"));
  const note = `#!/bin/sh\necho "$0 $*" >>${folder}/calls\n`;
  const real = process.env["PATH"] ?? "";
  await writeFile(join(folder, "bin/git"), `${note}PATH='${real}' exec git "$@"\n`);
  await writeFile(join(folder, "bin/docker-credential-planted"), `${note}cat >/dev/null\necho '${helper}'\n`);
  for (const name of await readdir(join(folder, "bin"))) await chmod(join(folder, "bin", name), 0o755);
  await writeFile(join(folder, "config.json"), JSON.stringify(configuration));
  const PATH = `${join(folder, "bin")}${delimiter}${real}`;
  return { ...GIT_ENVIRONMENT, PATH, DOCKER_CONFIG: folder, DOCKER_HOST: "unix:///nowhere/docker.sock" };
}

/** Everything that was written, and every argument of every program. */
async function traces(environment: Readonly<Record<string, string>>): Promise<string> {
  const texts: string[] = [];
  for (const command of COMMANDS) {
    const { exitCode, stdout, stderr } = await manageImages(repository.folder, command, environment);
    expect([command, exitCode]).not.toEqual([command, 70]);
    texts.push(stdout, stderr);
  }
  const files = await readdir(repository.folder, { recursive: true, withFileTypes: true });
  for (const file of files)
    if (file.isFile() && !file.parentPath.includes("/objects"))
      texts.push(await readFile(join(file.parentPath, file.name), "latin1"));
  return [...texts, await readFile(join(folder, "calls"), "utf8")].join("\n");
}

const base64 = (password: string) => Buffer.from(`${LOGIN.user}:${password}`).toString("base64");

it.each<[string, (host: string, secret: string) => object, string]>([
  ["the right password", (host, secret) => ({ auths: { [host]: { auth: base64(secret) } } }), LOGIN.password],
  ["a wrong password", (host, secret) => ({ auths: { [host]: { auth: base64(secret) } } }), WRONG],
  ["an identity token", (host, secret) => ({ auths: { [host]: { identitytoken: secret } } }), WRONG],
  ["a bearer token", (host, secret) => ({ auths: { [host]: { registrytoken: secret } } }), WRONG],
  ["a helper's password", () => ({ credsStore: "planted" }), WRONG],
  ["a helper's answer that is broken", () => ({ credsStore: "planted" }), WRONG],
])(
  "%s is seen nowhere",
  async (title, configure, secret) => {
    const answer = JSON.stringify({ ServerURL: proxy.host, Username: LOGIN.user, Secret: secret });
    const environment = await world(
      configure(proxy.host, secret),
      title.endsWith("broken") ? answer.slice(0, -1) : answer,
    );
    for (const each of [undefined, { status: 500, headers: { "retry-after": "0" } }]) {
      trouble = each;
      const seen = await traces(environment);
      expect(seen).toContain("git");
      expect(seen).not.toContain(secret);
      expect(seen).not.toContain(base64(secret));
    }
  },
  3 * MINUTE,
);
