import { expect, it } from "@jest/globals";
import { parseChallenge } from "../../../src/adapters/registries/challenge.ts";

it.each([
  {
    header:
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    scheme: "bearer",
    parameters: {
      realm: "https://auth.docker.io/token",
      service: "registry.docker.io",
      scope: "repository:a/b:pull,push",
    },
  },
  { header: 'Basic realm="Registry Realm"', scheme: "basic", parameters: { realm: "Registry Realm" } },
  { header: "bearer realm=https://r/t", scheme: "bearer", parameters: { realm: "https://r/t" } },
  { header: 'Basic realm="a", Bearer realm="b"', scheme: "bearer", parameters: { realm: "b" } },
  { header: 'Bearer realm="a \\"quoted\\" one"', scheme: "bearer", parameters: { realm: 'a "quoted" one' } },
])("the challenge $header is understood", ({ header, scheme, parameters }) => {
  expect(parseChallenge(header)).toEqual({ scheme, parameters });
});

it.each([null, ""])("without a header there is no challenge", (header) => {
  expect(parseChallenge(header)).toBeUndefined();
});
