import { afterEach, describe, expect, it } from "@jest/globals";
import { openCheckout } from "../../../src/adapters/git/open-checkout.ts";
import type { NewCommit } from "../../../src/ports/forge.ts";
import { makeOrigin, type BareRepository } from "../../support/forges/bare-repository.ts";
import { commitAll, makeRepository, type Content, type Repository } from "../../support/repository.ts";

let repository: Repository;
let origin: BareRepository;
afterEach(async () => {
  await repository.remove();
  await origin.remove();
});

/** The commits above that of a file and a program, once they were changed and committed. */
async function commitsOf(change: () => Promise<unknown>): Promise<readonly NewCommit[]> {
  repository = await makeRepository({ "file.txt": "1\n", "run.sh": { program: "#!/bin/sh\n" } });
  origin = await makeOrigin(repository);
  await change();
  await commitAll(repository, "Change\n\nWhy.");
  const remote = await (await openCheckout(repository.folder)).remote("origin");
  return remote.commitsAbove("origin/main", "main");
}

const write = (files: Readonly<Record<string, Content>>) => () => repository.write(files);

describe("commits that are to be made elsewhere", () => {
  it("have each file with its mode and bytes", async () => {
    const change = write({ "file.txt": "2\r\n", "run.sh": { program: "#!/bin/sh\nexit\n" }, "new.txt": "3" });
    const commits = await commitsOf(change);
    const shown = commits.map(({ message, files }) => ({
      message,
      files: files.map(({ path, mode, bytes }) => [path, mode, Buffer.from(bytes).toString()]),
    }));
    expect(shown).toEqual([
      {
        message: "Change\n\nWhy.",
        files: [
          ["file.txt", "100644", "2\r\n"],
          ["new.txt", "100644", "3"],
          ["run.sh", "100755", "#!/bin/sh\nexit\n"],
        ],
      },
    ]);
    expect(commits[0]?.tree).toBe(await repository.git("rev-parse", "main^{tree}"));
  });

  it.each<[string, () => Promise<unknown>]>([
    ["link", write({ link: { linkTo: "file.txt" } })],
    ["file.txt", () => repository.git("rm", "--quiet", "file.txt")],
  ])("are refused where %s is more than changed in its content", async (path, change) => {
    await expect(commitsOf(change)).rejects.toMatchObject({
      message: `${path} is changed otherwise than in its content, which no API of the forge can do`,
      remedy: "Use --commit-with git.",
    });
  });
});
