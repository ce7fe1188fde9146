import { availableParallelism } from "node:os";

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  // The tests mostly wait for engines and registries.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Programs are started, on machines that may have much else to do.
  testTimeout: 60_000,
  globalSetup: "<rootDir>/test/support/before-all.ts",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  moduleNameMapper: { "^manage-images$": "<rootDir>/src/index.ts" },
};
