import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openForge } from "../../../src/adapters/forges/open-forge.ts";
import type { ForgeKind } from "../../../src/adapters/forges/find-forge.ts";
import { makeOrigin, type BareRepository } from "../../support/forges/bare-repository.ts";
import { startGitHub } from "../../support/forges/github.ts";
import { startGitLab } from "../../support/forges/gitlab.ts";
import type { HttpForge } from "../../support/forges/http-forge.ts";
import { startHttpProxy, type HttpProxy } from "../../support/http-proxy.ts";
import { makeRepository, type Repository } from "../../support/repository.ts";

const LOGIN = "user:p@ss:word";

let repository: Repository;
let origin: BareRepository;
let forges: Readonly<
  Record<ForgeKind, HttpForge & { readonly environment: Readonly<Record<string, string>> }>
>;
let proxy: HttpProxy;

beforeAll(async () => {
  repository = await makeRepository({ "README.md": "# Stack\n" });
  origin = await makeOrigin(repository);
  forges = { github: await startGitHub(() => origin), gitlab: await startGitLab(() => origin) };
  const places = Object.entries(forges).map(([kind, { url }]): [string, string] => [
    `${kind}.example:80`,
    new URL(url).host,
  ]);
  proxy = await startHttpProxy({ places: new Map(places), login: LOGIN });
});
afterAll(async () => {
  await Promise.all([proxy.stop(), forges.github.stop(), forges.gitlab.stop()]);
  await origin.remove();
  await repository.remove();
});

/** The forge as it is known where only the proxy knows its name. */
function environmentOf(kind: ForgeKind, excluded = "") {
  const { url, environment } = forges[kind];
  const away = Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(url, `http://${kind}.example`),
  ]);
  const [, user = "", password = ""] = /^(.*?):(.*)$/.exec(LOGIN) ?? [];
  return {
    ...(Object.fromEntries(away) as Record<string, string>),
    HTTP_PROXY: `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${proxy.host}`,
    NO_PROXY: excluded,
  };
}

describe.each(["github", "gitlab"] as const)("the API of %s", (kind) => {
  const open = (environment: Readonly<Record<string, string>>) =>
    openForge({ url: "https://forge.example/acme/stack", environment, forge: kind });

  it("is reached by the proxy that a variable names", async () => {
    proxy.asked.length = 0;
    const forge = await open(environmentOf(kind));
    expect(await forge.describe()).toMatchObject({ defaultBranch: "main" });
    expect(await forge.requestsOf("manage-images/update")).toEqual([]);
    expect(proxy.asked.length).toBeGreaterThan(1);
    for (const line of proxy.asked) expect(line).toMatch(`http://${kind}.example/`);
  });

  it("is not where another variable excludes it", async () => {
    proxy.asked.length = 0;
    const forge = await open({ ...environmentOf(kind, `${kind}.example`), ...forges[kind].environment });
    expect(await forge.describe()).toMatchObject({ defaultBranch: "main" });
    expect(proxy.asked).toEqual([]);
  });
});
