import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openCheckout } from "../../src/adapters/git/open-checkout.ts";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import type { Digest } from "../../src/model/digest.ts";
import { successorsOf } from "../../src/lockfile/successors.ts";
import { dockerfileToBuild } from "../../src/operations/dockerfile-to-build.ts";
import { openInputs } from "../../src/operations/gather-inputs.ts";
import { imageIn, survey } from "../../src/operations/survey.ts";
import { fingerprintOf } from "../../src/plan/fingerprint.ts";
import { digestOf, OTHER } from "../references/world.ts";
import { commitAll, makeRepository, type Content, type Repository } from "../support/repository.ts";

const OLD = `sha256:${"a".repeat(64)}` as Digest;
const NEW = `sha256:${"b".repeat(64)}` as Digest;
const BASE = "r.example/base";

const CONFIGURATION = {
  registry: "r.example",
  images: { base: {}, child: {} },
  references: { patterns: [{ files: ["**/*.sh"], match: "USE=(?<image>\\w+)@(?<digest>sha256:\\w{64})" }] },
};

/** Files that `child` is made of, with a digest in the place of `%` in one of them. */
function files(path: string, digest: string): Record<string, Content> {
  const templates: Record<string, string> = {
    "dockerfiles/base.Dockerfile": "FROM scratch\n",
    "dockerfiles/child.Dockerfile": `FROM ${BASE}@%\nCOPY . /\n`,
    "text.md": `${BASE}@%`,
    "values.yaml": `image:\n  repository: ${BASE}\n  digest: %\n`,
    "run.sh": "USE=base@%",
    "others.yaml": "image:\n  repository: r.example/other\n  digest: %\n",
    "vendor/a.md": `${BASE}@%`,
    "ignored.md": `${BASE}@% manage-images: ignore`,
  };
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => [
      name,
      template.replaceAll("%", name === path ? digest : OLD),
    ]),
  );
}

describe("the digest in a file", () => {
  let repository: Repository;
  let before: string;

  beforeAll(async () => {
    repository = await makeRepository(files("", OLD));
    before = await fingerprint(repository);
  });

  afterAll(() => repository.remove());

  it.each(["dockerfiles/child.Dockerfile", "text.md", "values.yaml", "run.sh"])(
    "does not count for the fingerprint where a run writes it: %s",
    async (path) => {
      await repository.write(files(path, NEW));
      expect(await fingerprint(repository)).toBe(before);
    },
  );

  it.each(["others.yaml", "vendor/a.md", "ignored.md"])("counts where no run writes it: %s", async (path) => {
    await repository.write(files(path, NEW));
    expect(await fingerprint(repository)).not.toBe(before);
  });
});

describe("a pin that a Dockerfile says is to be left alone", () => {
  const dockerfile = (digest: string) =>
    `# manage-images: ignore-next-line\nFROM ${BASE}@${digest} AS old\nFROM ${BASE}@${OLD}\nCOPY --from=old /a /a\n`;
  const write = (digest: string) => ({ "dockerfiles/child.Dockerfile": dockerfile(digest) });

  it("is built with its digest, which counts for the fingerprint", async () => {
    const repository = await makeRepository({ ...files("", OLD), ...write(OLD) });
    const { surveyed } = await open(repository);
    const references = new Map([["base", { name: BASE, digest: NEW }]]);
    const built = Buffer.from(
      dockerfileToBuild(surveyed, imageIn(surveyed, "child").inputs, references),
    ).toString();
    expect(built).toBe(dockerfile(OLD).replace(`${OLD}\nCOPY`, `${NEW}\nCOPY`));
    const before = await fingerprint(repository);
    await repository.write(write(NEW));
    expect(await fingerprint(repository)).not.toBe(before);
    await repository.remove();
  });
});

describe("a pin of one platform's image", () => {
  const dockerfile = (digest: string) =>
    `FROM ${BASE}@${OLD} AS a\nFROM ${BASE}@${digest}\nCOPY --from=a /a /a\n`;

  it.each([
    ["is built with that platform's digest", { "linux/arm64": OTHER }, OTHER],
    ["is built as it is where there is none any more", { "linux/amd64": NEW }, digestOf("d")],
  ])("%s", async (_, platforms, next) => {
    const platform = digestOf("d");
    const repository = await makeRepository({
      ...files("", OLD),
      "dockerfiles/child.Dockerfile": dockerfile(platform),
    });
    const { surveyed } = await open(repository);
    const references = new Map([["base", { name: BASE, digest: NEW }]]);
    const before = new Map([["base", { digest: OLD, platforms: { "linux/arm64": platform } }]]);
    const successorOf = successorsOf(new Map([["base", { digest: NEW, platforms }]]), [before]);
    const child = imageIn(surveyed, "child");
    const built = Buffer.from(dockerfileToBuild(surveyed, child.inputs, references, successorOf)).toString();
    expect(built).toBe(dockerfile(next).replace(OLD, NEW));
    await repository.remove();
  });
});

async function open({ folder }: Repository) {
  const checkout = await openCheckout(folder);
  const configured = {
    ...resolveConfiguration(CONFIGURATION, { directory: ".", file: "f" }),
    registry: undefined,
    file: "f",
    lockfile: "images.lock.json",
    render: () => Promise.reject(new Error("no Dockerfile is rendered")),
  };
  return { checkout, configured, surveyed: await survey(checkout, configured) };
}

/** Of the image `child`, once with what git knows and once with what it has to look at. */
async function fingerprint(repository: Repository): Promise<string> {
  const { checkout, configured, surveyed } = await open(repository);
  const digests = new Map([["base", OLD]]);
  const inputsNow = () => openInputs(checkout, () => checkout.contents(), configured, surveyed)("child");
  const { inputs } = await inputsNow();
  const first = fingerprintOf(inputs, digests);
  await commitAll(repository).catch(() => undefined);
  const again = await inputsNow();
  expect(fingerprintOf(again.inputs, digests)).toBe(first);
  return first;
}
