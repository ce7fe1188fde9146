import { describe, expect, it } from "@jest/globals";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import { ConfigurationError } from "../../src/errors.ts";

function resolve(registries: unknown) {
  const place = { directory: "build", file: "build/images.config.ts" };
  return resolveConfiguration({ registry: "r.example", images: { a: {} }, registries }, place).registries;
}

function said(registries: unknown): readonly string[] {
  try {
    resolve(registries);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.problems.every(({ remedy }) => (remedy ?? "") !== "")).toBe(true);
    return error.problems.map(({ where, what }) => `${where}: ${what}`);
  }
}

describe("registries", () => {
  it("need no words", () => {
    expect(resolve(undefined)).toEqual(new Map());
  });

  it("are reached without TLS or with certificates, whose paths are from the configuration's directory", () => {
    const registries = {
      "r.example:5000": { http: true },
      "s.example": { ca: "../certs/ca.pem" },
      localhost: { ca: "/etc/ssl/acme.pem", http: false },
    };
    expect([...resolve(registries)]).toEqual([
      ["r.example:5000", { http: true }],
      ["s.example", { ca: "certs/ca.pem" }],
      ["localhost", { http: false, ca: "/etc/ssl/acme.pem" }],
    ]);
  });

  it.each([
    [[], "registries: must be an object, not a list"],
    [{ "r.example": true }, "registries.r.example: must be an object, not true or false"],
    [{ "r.example": { http: "yes" } }, "registries.r.example.http: must be true or false, not text"],
    [{ "r.example": { insecure: true } }, "registries.r.example: unknown key `insecure`"],
    [
      { "https://r.example": {} },
      'registries["https://r.example"]: "https://r.example" is no host of a registry',
    ],
    [{ "r.example/team": {} }, 'registries["r.example/team"]: "r.example/team" is no host of a registry'],
  ])("%j is refused", (registries, message) => {
    expect(said(registries)).toEqual([message]);
  });
});
