import { describe, expect, it } from "@jest/globals";
import {
  packageResource,
  parseArtifactName,
  repositoryResource,
} from "../../../src/adapters/artifact-registry/names.ts";
import { splitName } from "../../../src/model/reference.ts";

describe("an image in Artifact Registry", () => {
  it.each([
    ["us-docker.pkg.dev/acme/images/base", "projects/acme/locations/us/repositories/images", "base"],
    [
      "europe-west1-docker.pkg.dev/acme/images/team/base",
      "projects/acme/locations/europe-west1/repositories/images",
      "team%2Fbase",
    ],
    [
      "us-docker.pkg.dev/example.com/acme/images/base",
      "projects/example.com:acme/locations/us/repositories/images",
      "base",
    ],
    ["gcr.io/acme/base", "projects/acme/locations/us/repositories/gcr.io", "base"],
    ["eu.gcr.io/acme/team/base", "projects/acme/locations/europe/repositories/eu.gcr.io", "team%2Fbase"],
    ["gcr.io/example.com/acme/base", "projects/example.com:acme/locations/us/repositories/gcr.io", "base"],
  ])("%s", (written, repository, image) => {
    const { registry, path } = splitName(written);
    const name = parseArtifactName(registry, path);
    expect(name && repositoryResource(name)).toBe(repository);
    expect(name && packageResource(name)).toBe(`${repository}/packages/${image}`);
  });

  it.each([
    "ghcr.io/acme/base",
    "us-docker.pkg.dev/acme/images",
    "us-docker.pkg.dev/acme",
    "gcr.io/acme",
    "gcr.io.example/acme/base",
    "us-docker.pkg.dev.example/acme/images/base",
  ])("is not %s", (written) => {
    const { registry, path } = splitName(written);
    expect(parseArtifactName(registry, path)).toBeUndefined();
  });
});
