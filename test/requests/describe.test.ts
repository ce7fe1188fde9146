import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseDigest, type Digest } from "../../src/model/digest.ts";
import type { Proposal, ProposedImage } from "../../src/model/request.ts";
import {
  describeRequest,
  leftAloneBody,
  redescribe,
  withAdded,
  closedBody,
} from "../../src/requests/describe.ts";
import { parseBlock, replaceBlock, textOf } from "../../src/requests/marker.ts";
import { filesByKind } from "../../src/requests/kinds.ts";

const PLACE = {
  branch: "manage-images/update",
  group: "manage-images/update of images.config.ts",
  compareUrl: "https://forge.example/compare",
  longest: 65_536,
};

function digest(digit: string): Digest {
  const parsed = parseDigest(`sha256:${digit.repeat(64)}`);
  if (parsed === undefined) throw new Error("no digest");
  return parsed;
}

function image(name: string, parts: Partial<ProposedImage> = {}): ProposedImage {
  return { name, outcome: "built", from: digest("1"), to: digest("2"), reasons: [], ...parts };
}

function proposal(images: readonly ProposedImage[], files: readonly string[] = []): Proposal {
  const references = files.map((file) => ({ file, image: images[0]?.name ?? "a", to: digest("2") }));
  const dependencies = new Map([["b", ["a"]]]);
  return { commit: "c", tree: "t", images, references, dependencies, seconds: 200 };
}

function bodyOf(of: Proposal, place = PLACE): string {
  return describeRequest(of, "Update image digests: a", place).body;
}

/** The rows of the table, each as its cells. */
function rowsOf(body: string): readonly (readonly string[])[] {
  return body
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => line.slice(2, -2).split(" | "));
}

describe("the body of a request", () => {
  it("says what, why, how large, where and how to do it oneself", () => {
    const size = { bytes: 3_400_000, previous: 3_000_000 };
    const reasons = [{ why: "context-changed", paths: ["a", "b", "c", "d"] }] as const;
    const body = bodyOf(
      proposal(
        [
          image("a", { reasons, size }),
          image("b", { outcome: "reused", to: digest("1"), size: { bytes: 900 } }),
        ],
        [
          ".github/workflows/ci.yml",
          "docs/a.md",
          "docs/a.md",
          "deploy/values.yaml",
          "dockerfiles/b.Dockerfile",
        ],
      ),
    );
    expect(body).toContain("1 new digest; 1 image built in 3 min 20 s.");
    expect(rowsOf(body)).toEqual([
      [
        "<code>a</code>",
        "<code>sha256&#58;111111111111</code> → <code>sha256&#58;222222222222</code>",
        "files: <code>a</code>, <code>b</code>, <code>c</code>, 1 more",
        "3.4 MB (+400 kB)",
      ],
      [
        "<code>b</code>",
        "<code>sha256&#58;111111111111</code> (unchanged)",
        "found in the registry",
        "900 B",
      ],
    ]);
    expect(body).toContain("5 pins in 4 files");
    expect(body).toContain("- CI: <code>&#46;github/workflows/ci&#46;yml</code>\n- Dockerfiles: ");
    expect(body).toContain('i0["a"]:::built\n  i1["b"]\n  i0 --> i1');
    expect(body).toContain("git fetch origin manage-images/update");
    expect(body).toContain("npx manage-images --image a --image b --force --no-push");
  });

  it.each([400, 800, 3000, 10_000, 65_536])("is cut, with a link, where it is longer than %d", (longest) => {
    const many = Array.from({ length: 500 }, (_, index) => image(`image-${index}`));
    const body = bodyOf(proposal(many), { ...PLACE, longest });
    expect(body.length).toBeLessThanOrEqual(longest);
    expect(body).toContain("[all changes](https://forge.example/compare)");
    expect(parseBlock(body)).toMatchObject({ title: "Update image digests: a" });
  });

  it("is replaced without what stands around it, and put at the end where somebody took it out", () => {
    const first = bodyOf(proposal([image("a")]));
    const second = proposal([image("a", { to: digest("3") })]);
    const again = (body: string, title = "Update image digests: a") =>
      redescribe({ title, body }, second, "Update image digests: b", PLACE);
    const { body } = describeRequest(second, "Update image digests: b", PLACE);
    expect(again(`x\n${first}\ny`)).toEqual({ title: "Update image digests: b", body: `x\n${body}\ny` });
    expect(again("theirs")).toEqual({ title: "Update image digests: b", body: `theirs\n\n${body}` });
    expect(again(first, "theirs").title).toBe("theirs");
    expect(parseBlock(again(first, "theirs").body)?.title).toBe("Update image digests: a");
  });

  it("remembers what was added, and that it was closed, and why a branch is left alone, once", () => {
    const body = bodyOf(proposal([image("a")]));
    const added = withAdded(body, ["labels x", "reviewers -->"]);
    expect(parseBlock(added)?.added).toEqual(["labels x", "reviewers -->"]);
    expect(textOf(added)).toBe(textOf(body));
    expect(parseBlock(closedBody(added, "main"))).toMatchObject({
      closed: true,
      added: ["labels x", "reviewers -->"],
    });
    const foreign = [{ commit: "f".repeat(40), author: "x", subject: "y" }];
    const left = leftAloneBody(added, "b", foreign);
    expect(leftAloneBody(left, "b", foreign)).toBe(left);
    expect(leftAloneBody("no block", "b", foreign)).toBe("no block");
  });
});

/** What could mean something to Markdown, HTML, Mermaid, a shell, or our own marks. */
const HOSTILE = [
  "a|b",
  "<script>alert(1)</script>",
  "<!-- /manage-images -->",
  '<!-- manage-images {"content":"x"} -->',
  "```\n# x",
  "@everyone #1 !1 GH-1",
  "[a](javascript:alert(1)) ![x](http://evil.example/x.png)",
  "$(touch /tmp/x); `id`",
  "::set-output name=x::y",
  "</code></details>",
  "\u202Etxt\u0000\u001B[31m",
  '"]; click i0 "javascript:x"',
  "&lt;b&gt; &#124;",
];

describe("hostile names", () => {
  it.each(HOSTILE)("%j stays text", (text) => {
    const reasons = [
      { why: "context-changed", paths: [text] },
      { why: "args-changed", args: [{ name: text, to: text }] },
      { why: "dependency-changed", dependencies: [text] },
    ] as const;
    const body = bodyOf(proposal([image(text, { reasons })], [text]), { ...PLACE, branch: text });
    const usual = bodyOf(
      proposal(
        [
          image("n", {
            reasons: [
              { why: "context-changed", paths: ["p"] },
              { why: "args-changed", args: [{ name: "p" }] },
              { why: "dependency-changed", dependencies: ["p"] },
            ],
          }),
        ],
        ["p"],
      ),
      { ...PLACE, branch: "p;" },
    );
    // The same lines and the same tags as with names that mean nothing.
    const shape = (of: string) =>
      of
        .replace(/^<!-- manage-images .*/, "")
        .replace(/<code>[^<]*<\/code>/g, "<code></code>")
        .replace(/\["[^"\n]*"\]/, '[""]')
        .replace(/--image \S+/, "--image x")
        .replace(/^- [\w ]+:/gm, "- x:");
    expect(shape(body)).toBe(shape(usual));
    expect(body.split("<!--")).toHaveLength(3);
    expect(body).not.toMatch(/[\u202A-\u202E\u0000\u001B]/);
    const note = leftAloneBody(body, text, [{ commit: "f", author: text, subject: text }]);
    expect(note.split("<!--")).toHaveLength(4);
    expect(parseBlock(note)).toEqual(parseBlock(body));
  });

  it("are read back as they were written, whatever people write around them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), fc.string(), (title, before, after) => {
        fc.pre(!(before + after).includes("<!--"));
        const { body } = describeRequest(proposal([image("a")]), title, PLACE);
        const around = `${before}\n${body}\n${after}`;
        expect(parseBlock(around)?.title).toBe(parseBlock(body)?.title);
        expect(replaceBlock(around, body)).toBe(around);
      }),
    );
  });
});

describe("files by kind", () => {
  it.each([
    ["CI", [".github/workflows/a.yml", ".gitlab-ci.yml", "Jenkinsfile"]],
    ["Dockerfiles", ["Dockerfile", "a/b.Dockerfile", "Dockerfile.dev", "Containerfile"]],
    ["documentation", ["README.md", "docs/a.txt"]],
    ["deployments", ["compose.yaml", "charts/x/values.json", "main.tf"]],
    ["build files", ["MODULE.bazel", "x/BUILD", "a.bzl"]],
    ["others", ["run.sh", "a\nb"]],
  ])("%s", (kind, files) => {
    expect(filesByKind(files)).toEqual([{ kind, files: files.toSorted() }]);
  });
});
