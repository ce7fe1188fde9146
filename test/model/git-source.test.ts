import { describe, expect, it } from "@jest/globals";
import { formatGitSource, parseGitSource, type GitSource } from "../../src/model/git-source.ts";

describe("a git source", () => {
  it.each<[string, GitSource]>([
    ["https://g.example/a/b.git", { repository: "https://g.example/a/b.git" }],
    ["https://g.example/a/b.git#main", { repository: "https://g.example/a/b.git", ref: "main" }],
    [
      "https://g.example/a/b.git#v1:docker/app",
      { repository: "https://g.example/a/b.git", ref: "v1", directory: "docker/app" },
    ],
    ["git@g.example:a/b.git#:docker", { repository: "git@g.example:a/b.git", directory: "docker" }],
    ["ssh://git@g.example/a/b#main", { repository: "ssh://git@g.example/a/b", ref: "main" }],
    ["github.com/a/b", { repository: "github.com/a/b" }],
    ["git://g.example/a", { repository: "git://g.example/a" }],
  ])("is %s", (text, source) => {
    expect(parseGitSource(text)).toEqual(source);
    expect(formatGitSource(source)).toBe(text);
  });

  it.each(["docker", "./github.com", "https://g.example/a.tar.gz", "https://g.example/a", "a/b.git", "C:/x"])(
    "is not %s",
    (text) => {
      expect(parseGitSource(text)).toBeUndefined();
    },
  );
});
