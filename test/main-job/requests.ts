import { afterAll, afterEach, expect } from "@jest/globals";
import { makeOrigin, type BareRepository } from "../support/forges/bare-repository.ts";
import type { HttpForge } from "../support/forges/http-forge.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { makeRepository, type Content, type Repository } from "../support/repository.ts";
import { prefixOf, twoImages, type Place } from "./sample.ts";

/** A stand-in for a forge, as GitHub's and GitLab's are. */
interface Forge extends HttpForge {
  readonly violations: string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Makes it as it was when it was started. */
  readonly forget: () => void;
}

/** What became of a request. */
export interface Requested {
  readonly action: string;
  readonly number?: number;
  readonly branch: string;
  readonly notices?: readonly string[];
}

/** A repository that a forge has: the present test's. */
export interface Requests<Its extends Forge> {
  readonly forge: Its;
  readonly repository: Repository;
  readonly origin: BareRepository;
  /** Makes the test's repository and its remote: `right` on `base`, with other files too. The prefix of its images. */
  readonly given: (
    test: string,
    files?: (prefix: string) => Readonly<Record<string, Content>>,
  ) => Promise<string>;
  /** Runs the program in it, which knows of the forge. */
  readonly runs: (...args: readonly string[]) => Promise<Ran>;
  /** Runs the program, which must succeed, and gives what became of the requests. */
  readonly requested: (...args: readonly string[]) => Promise<readonly Requested[]>;
}

/**
 * A forge that is there while the tests of a file are run, and a repository for each that asks for it. After each test the
 * forge has forgotten what it was told, and must not have been spoken to otherwise than it describes its API.
 */
export async function requestsForTests<Its extends Forge>(
  place: Place,
  group: string,
  startForge: (repository: () => BareRepository) => Promise<Its>,
): Promise<Requests<Its>> {
  const [repository, origin] = [{} as Repository, {} as BareRepository];
  const forge = await startForge(() => origin);
  const made: (Repository | BareRepository)[] = [];
  afterEach(async () => {
    const violations = forge.violations.splice(0);
    forge.forget();
    for (const { remove } of made.splice(0)) await remove();
    expect(violations).toEqual([]);
  });
  afterAll(() => forge.stop());
  const runs = (...args: readonly string[]) =>
    manageImages(repository.folder, args, { ...place.environment, ...forge.environment });
  return {
    ...{ forge, repository, origin, runs },
    given: async (test, files) => {
      const prefix = prefixOf(place.registry.host, `${group}-${test}`);
      Object.assign(repository, await makeRepository({ ...twoImages(prefix), ...files?.(prefix) }));
      Object.assign(origin, await makeOrigin(repository));
      made.push({ ...repository }, { ...origin });
      return prefix;
    },
    requested: async (...args) => {
      const ran = await runs(...args, "--format", "json");
      if (ran.exitCode !== 0) throw new Error(`${ran.exitCode}: ${ran.stderr}`);
      return (JSON.parse(ran.stdout) as { readonly requests: readonly Requested[] }).requests;
    },
  };
}
