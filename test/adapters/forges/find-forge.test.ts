import { describe, expect, it } from "@jest/globals";
import { findForge, type ForgeKind } from "../../../src/adapters/forges/find-forge.ts";

const GITHUB = {
  GITHUB_API_URL: "https://ghe.example/api/v3",
  GITHUB_REPOSITORY: "acme/stack",
  GITHUB_SERVER_URL: "https://ghe.example",
};
const GITLAB = {
  CI_API_V4_URL: "https://git.example/api/v4",
  CI_PROJECT_ID: "42",
  CI_PROJECT_URL: "https://git.example/g/p",
};

describe("the forge of a remote", () => {
  it.each<[string, Record<string, string>, ForgeKind | undefined, string]>([
    [
      "https://github.com/acme/stack.git",
      {},
      undefined,
      "github https://api.github.com acme/stack https://github.com/acme/stack",
    ],
    [
      "git@github.com:acme/stack.git",
      {},
      undefined,
      "github https://api.github.com acme/stack https://github.com/acme/stack",
    ],
    [
      "ssh://git@ssh.github.com:443/acme/stack",
      {},
      undefined,
      "github https://api.github.com acme/stack https://github.com/acme/stack",
    ],
    [
      "https://x:secret@github.com/acme/stack/",
      {},
      undefined,
      "github https://api.github.com acme/stack https://github.com/acme/stack",
    ],
    [
      "https://ghe.example/acme/stack",
      GITHUB,
      undefined,
      "github https://ghe.example/api/v3 acme/stack https://ghe.example/acme/stack",
    ],
    [
      "https://ghe.example/acme/stack",
      {},
      "github",
      "github https://ghe.example/api/v3 acme/stack https://ghe.example/acme/stack",
    ],
    [
      "https://github.example/acme/stack",
      {},
      undefined,
      "github https://github.example/api/v3 acme/stack https://github.example/acme/stack",
    ],
    [
      "/srv/git/stack.git",
      GITHUB,
      undefined,
      "github https://ghe.example/api/v3 acme/stack https://ghe.example/acme/stack",
    ],
    [
      "git@gitlab.com:a/b/c.git",
      {},
      undefined,
      "gitlab https://gitlab.com/api/v4 a/b/c https://gitlab.com/a/b/c",
    ],
    [
      "https://gitlab.example:8443/a/b.git",
      {},
      undefined,
      "gitlab https://gitlab.example:8443/api/v4 a/b https://gitlab.example:8443/a/b",
    ],
    [
      "https://git.example/g/p.git",
      GITLAB,
      undefined,
      "gitlab https://git.example/api/v4 42 https://git.example/g/p",
    ],
    ["../stack.git", GITLAB, undefined, "gitlab https://git.example/api/v4 42 https://git.example/g/p"],
    // The host says more than what else is set.
    [
      "https://github.com/acme/stack",
      GITLAB,
      undefined,
      "github https://api.github.com acme/stack https://github.com/acme/stack",
    ],
  ])("%s with %j and %s", (url, environment, asked, expected) => {
    const { kind, api, project, web } = findForge(url, environment, asked);
    expect([kind, api, project, web].join(" ")).toBe(expected);
  });

  it.each<[string, ForgeKind | undefined, RegExp]>([
    ["/srv/git/stack.git", undefined, /cannot be told from \/srv\/git\/stack\.git which forge/],
    ["https://git.example/a/b", undefined, /which forge/],
    ["/srv/git/stack.git", "github", /which project/],
    ["/srv/git/stack.git", "gitlab", /which project/],
  ])("is not known of %s with --forge %s", (url, asked, message) => {
    expect(() => findForge(url, {}, asked)).toThrow(message);
  });
});
