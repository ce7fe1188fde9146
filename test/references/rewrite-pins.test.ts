import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseDigest, type Digest } from "../../src/model/digest.ts";
import { referenceOwner, type ReferredImage } from "../../src/references/own-references.ts";
import { rewritePins } from "../../src/references/rewrite-pins.ts";
import { createScanner } from "../../src/references/scanner.ts";
import { DEFAULT_REFERENCES } from "../../src/model/reference-settings.ts";

const OLD = digest("a");
const NEW = digest("b");
const scanner = createScanner(DEFAULT_REFERENCES, { repositories: new Map(), dockerfiles: new Set() });
const REPOSITORY = "us-docker.pkg.dev/acme/images/base";

function digest(letter: string): Digest {
  const parsed = parseDigest(`sha256:${letter.repeat(64)}`);
  if (parsed === undefined) throw new Error(`not a hexadecimal digit: ${letter}`);
  return parsed;
}

function image(repository: string, rest: Partial<ReferredImage> = {}): ReferredImage {
  return { name: "base", repository, tags: ["latest"], digests: [OLD], ...rest };
}

/** What becomes of a text when `base` at the repository gets the new digest. */
function rewritten(text: string, repository = REPOSITORY): string {
  const { bytes } = rewritePins(
    "a.txt",
    Buffer.from(text, "latin1"),
    { scanner, owner: referenceOwner([image(repository)]) },
    () => NEW,
  );
  return Buffer.from(bytes).toString("latin1");
}

describe("rewritePins finds the pin", () => {
  it.each([
    ["alone", "%"],
    ["in a FROM", "FROM --platform=linux/amd64 % AS x\n"],
    ["in a COPY --from", "COPY --from=% /a /b"],
    ["in a mount", "RUN --mount=type=bind,from=%,target=/x true"],
    ["in quotes", `image: "%"`],
    ["in JSON without spaces", `{"image":"%","other":"%"}`],
    ["in a YAML flow map", "{image: %, x: 1}"],
    ["with a docker:// scheme", "uses: docker://%"],
    ["with a skopeo transport", "skopeo copy docker-daemon:% dir:/x"],
    ["as a shell default", "${IMAGE:-%}"],
    ["as a shell default without a colon", "${IMAGE-%}"],
    ["as an option's value", "docker run --image=% x"],
    ["at the end of a sentence", "It uses %."],
    ["after an escaped newline in a JSON string", `"FROM x\\n%\\n"`],
    ["after a byte that is no ASCII", "\xe9%\xe9"],
    ["with CRLF line ends", "a\r\nFROM %\r\nb\r\n"],
    ["after a byte-order mark", "\xef\xbb\xbf%\n"],
    ["in angle brackets", "<%>"],
    ["in a table", "|%|"],
    ["in a URL's query", "https://ui.example/?image=%&x=1"],
    ["behind an escape of Go's JSON", '"\\u003c%\\u003e"'],
    ["behind a marker for another line", "x manage-images: ignore-next-line\n\n%"],
  ])("%s", (_, frame) => {
    for (const tag of ["", ":latest", ":v1.2_3-x"]) {
      const before = frame.replaceAll("%", `${REPOSITORY}${tag}@${OLD}`);
      expect(rewritten(before)).toBe(frame.replaceAll("%", `${REPOSITORY}${tag}@${NEW}`));
    }
  });

  it.each([
    ["docker.io/library/base", "base"],
    ["docker.io/acme/base", "acme/base"],
    ["acme/base", "docker.io/acme/base"],
    ["acme/base", "index.docker.io/acme/base"],
    ["localhost:5000/team/base", "localhost:5000/team/base"],
    ["registry.example.com:8443/base", "registry.example.com:8443/base"],
  ])("of %s written as %s", (repository, written) => {
    expect(rewritten(`image: ${written}@${OLD}`, repository)).toBe(`image: ${written}@${NEW}`);
  });
});

describe("rewritePins leaves alone", () => {
  it.each([
    ["a name that ours is the beginning of", `${REPOSITORY}-arm64@${OLD}`],
    ["a name that ours is the end of", `eu.${REPOSITORY}@${OLD}`],
    ["a name with letters before ours", `prefix${REPOSITORY}@${OLD}`],
    ["a name with a path before ours", `mirror.example/${REPOSITORY}@${OLD}`],
    ["a name with a path after ours", `${REPOSITORY}/sub@${OLD}`],
    ["a name with another letter for the dot", `us-dockerXpkg.dev/acme/images/base@${OLD}`],
    ["a digest that goes on", `${REPOSITORY}@${OLD}0`],
    ["a digest that goes on with a dash", `${REPOSITORY}@${OLD}-x`],
    ["a digest that is too short", `${REPOSITORY}@${OLD.slice(0, -1)}`],
    ["a digest in capitals", `${REPOSITORY}@sha256:${"A".repeat(64)}`],
    ["another algorithm", `${REPOSITORY}@sha512:${"a".repeat(64)}`],
    ["the digest without the name", OLD],
    ["a name apart from its digest", `${REPOSITORY} @${OLD}`],
    ["a name behind a variable", `\${REGISTRY}/base@${OLD}`],
    ["a name whose first part is a variable", `$us-docker.pkg.dev/acme/images/base@${OLD}`],
    ["a name behind a variable in braces", `\${PREFIX}${REPOSITORY}@${OLD}`],
    ["a name behind a template", `{{ prefix }}${REPOSITORY}@${OLD}`],
    ["a line that says so", `${REPOSITORY}@${OLD} # manage-images: ignore`],
    ["the line below one that says so", `# manage-images: ignore-next-line\r\n${REPOSITORY}@${OLD}\r\n`],
    ["an unpinned reference", `${REPOSITORY}:latest`],
  ])("%s", (_, text) => {
    expect(rewritten(text)).toBe(text);
  });

  it("a host with a port whose path looks like a Docker Hub name of ours", () => {
    for (const host of ["localhost", "[::1]", "my_host", "${HOST}", "<host>"]) {
      const text = `${host}:5000/base@${OLD}`;
      expect(rewritten(text, "docker.io/5000/base")).toBe(text);
    }
  });
});

describe("rewritePins where images share a repository", () => {
  const third = digest("c");
  const owner = referenceOwner([
    image(REPOSITORY, { name: "release", tags: ["release"], digests: [OLD] }),
    image(REPOSITORY, { name: "dev", tags: ["dev"], digests: [third] }),
  ]);
  const digests = new Map([
    ["release", NEW],
    ["dev", digest("d")],
  ]);

  it.each([
    ["by its tag", `:dev@${OLD}`, `:dev@${digest("d")}`],
    ["by its digest where it has no tag", `@${third}`, `@${digest("d")}`],
    ["not at all by an unknown digest", `@${digest("e")}`, `@${digest("e")}`],
    ["not at all by an unknown tag", `:other@${OLD}`, `:other@${OLD}`],
  ])("tells a pin's image %s", (_, before, after) => {
    const { bytes } = rewritePins("a.txt", Buffer.from(REPOSITORY + before), { scanner, owner }, (name) =>
      digests.get(name),
    );
    expect(Buffer.from(bytes).toString()).toBe(REPOSITORY + after);
  });
});

describe("rewritePins", () => {
  it("says what it changed, with the line", () => {
    const text = `\n\r\n${REPOSITORY}@${OLD} ${REPOSITORY}:x@${digest("c")}\n${REPOSITORY}@${NEW}\n`;
    const { changes } = rewritePins(
      "a.txt",
      Buffer.from(text),
      { scanner, owner: referenceOwner([image(REPOSITORY)]) },
      () => NEW,
    );
    expect(changes).toEqual([
      { image: "base", from: OLD, to: NEW, line: 3 },
      { image: "base", from: digest("c"), to: NEW, line: 3 },
    ]);
  });

  it("gives the same array back when nothing changes", () => {
    const bytes = Buffer.from("nothing here");
    expect(
      rewritePins("a.txt", bytes, { scanner, owner: referenceOwner([image(REPOSITORY)]) }, () => NEW).bytes,
    ).toBe(bytes);
  });

  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.constantFrom(
      "@sha256:",
      OLD,
      NEW,
      REPOSITORY,
      `${REPOSITORY}@${OLD}`,
      ":latest",
      "/",
      ":",
      "@",
      "\n",
      "${",
      "-",
    ),
  );
  const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(""));

  it("rewrites nothing the second time, keeps the length, and changes hexadecimal digits only", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = rewritten(text);
        expect(rewritten(once)).toBe(once);
        expect(once).toHaveLength(text.length);
        for (let at = 0; at < text.length; at += 1) {
          if (once[at] !== text[at]) expect(text[at]).toMatch(/[0-9a-f]/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("finds every pin that stands between bytes that cannot belong to a name", () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString("latin1"));
    fc.assert(
      fc.property(bytes, bytes, (before, after) => {
        const result = rewritten(`${before}"${REPOSITORY}@${OLD}"${after}`);
        expect(result).toBe(`${before}"${REPOSITORY}@${NEW}"${after}`);
      }),
    );
  });
});
