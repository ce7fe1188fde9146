import { describe, expect, it } from "@jest/globals";
import { findLogin } from "../../../src/adapters/forges/find-login.ts";

const GITHUB = { GITHUB_TOKEN: "hub" };
const GITLAB = { GITLAB_TOKEN: "lab" };

describe("the forge's token as a login for git", () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ["https://github.com/acme/stack", GITHUB, "x-access-token hub"],
    ["https://github.com/acme/stack.git", { GH_TOKEN: "h" }, "x-access-token h"],
    ["https://gitlab.com/acme/stack.git", GITLAB, "oauth2 lab"],
    [
      "https://acme.ghe.com/acme/stack",
      { ...GITHUB, GITHUB_API_URL: "https://api.acme.ghe.com" },
      "x-access-token hub",
    ],
    ["https://github.acme.example/a/b", GITHUB, "x-access-token hub"],
    ["https://git.example/a/b", { ...GITLAB, CI_API_V4_URL: "https://git.example/api/v4" }, "oauth2 lab"],
    [
      "https://git.example/a/b",
      { ...GITHUB, GITHUB_SERVER_URL: "https://git.example", GITHUB_REPOSITORY: "a/b" },
      "x-access-token hub",
    ],
    // Another forge, host, port or scheme than the token is for.
    ["https://github.com/acme/stack", GITLAB, undefined],
    ["https://gitlab.com/acme/stack", GITHUB, undefined],
    ["http://github.com/acme/stack", GITHUB, undefined],
    [
      "https://github.com:8443/acme/stack",
      { ...GITHUB, GITHUB_API_URL: "https://api.github.com" },
      undefined,
    ],
    [
      "https://github.com.evil.example/acme/stack",
      { ...GITHUB, GITHUB_API_URL: "https://api.github.com" },
      undefined,
    ],
    [
      "https://evil.example/a/b",
      { ...GITHUB, GITHUB_API_URL: "https://api.github.com", GITHUB_REPOSITORY: "a/b" },
      undefined,
    ],
    [
      "https://github.com/a/b",
      { ...GITHUB, GITHUB_SERVER_URL: "https://ghe.example", GITHUB_API_URL: "https://ghe.example/api/v3" },
      undefined,
    ],
    ["https://git.example/a/b", { ...GITLAB, CI_API_V4_URL: "https://other.example/api/v4" }, undefined],
    ["https://github.com/acme\nhost=evil/stack", GITHUB, undefined],
    // What has no use for one, or nothing to be had.
    ["git@github.com:acme/stack.git", GITHUB, undefined],
    ["ssh://git@github.com/acme/stack.git", GITHUB, undefined],
    ["/srv/git/stack.git", { ...GITHUB, GITHUB_REPOSITORY: "a/b" }, undefined],
    ["https://github.com/acme/stack", { GITHUB_TOKEN: "" }, undefined],
    ["https://nowhere.example/a/b", GITHUB, undefined],
  ])("%s %j: %s", (url, environment, expected) => {
    const login = findLogin(url, { url, environment, forge: undefined });
    expect(login && `${login.username} ${login.password}`).toBe(expected);
  });

  it.each<[string, string, Record<string, string>, string | undefined]>([
    ["https://github.com/acme/other", "https://github.com/acme/stack", GITHUB, "x-access-token hub"],
    ["https://github.com/acme/other", "git@github.com:acme/stack.git", GITHUB, "x-access-token hub"],
    ["https://git.example/a/other", "ssh://git@git.example:22/a/b", GITLAB, undefined],
    [
      "https://git.example/a/other",
      "ssh://git@git.example:22/a/b",
      { ...GITLAB, CI_API_V4_URL: "https://git.example/api/v4" },
      "oauth2 lab",
    ],
    // What would be a forge by its own name, and would itself say where the token is to go.
    ["https://github.evil.example/a/b", "https://github.com/acme/stack", GITHUB, undefined],
    ["https://github.com/a/b", "https://github.acme.example/a/b", GITHUB, undefined],
    [
      "https://evil.example/a/b",
      "https://ghe.example/a/b",
      { ...GITHUB, GITHUB_REPOSITORY: "a/b" },
      undefined,
    ],
  ])("%s where the checkout is at home at %s %j: %s", (url, remote, environment, expected) => {
    const login = findLogin(url, { url: remote, environment, forge: undefined });
    expect(login && `${login.username} ${login.password}`).toBe(expected);
  });
});
