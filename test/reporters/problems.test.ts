import { expect, it } from "@jest/globals";
import { ConfigurationError, UserError } from "../../src/errors.ts";
import { createColours } from "../../src/reporters/colours.ts";
import { formatError } from "../../src/reporters/problems.ts";

const plain = createColours(false);

it("shows an error and, on a line of its own, what to do", () => {
  const error = new UserError("pushing acme/base failed: denied", {
    remedy: "Run `docker login` and try again.",
  });
  expect(formatError(error, plain)).toBe(
    "error: pushing acme/base failed: denied\n  Run `docker login` and try again.\n",
  );
});

it("shows an error without a remedy", () => {
  expect(formatError(new UserError("there is no engine"), plain)).toBe("error: there is no engine\n");
});

it("shows every problem of a configuration", () => {
  const error = new ConfigurationError([
    { where: "images.base.context", what: "there is no directory src", remedy: "Create it." },
    { where: "a.Dockerfile:3", what: "the argument TAG has no value" },
  ]);
  expect(formatError(error, plain).split("\n")).toEqual([
    "error: 2 problems in the configuration:",
    "  images.base.context: there is no directory src",
    "      Create it.",
    "  a.Dockerfile:3: the argument TAG has no value",
    "",
  ]);
});

it("colours for a terminal that can, and lets no text from outside do so", () => {
  const error = new UserError("\u001B[2Jbuild failed\u0007\n  at line 3", { remedy: "Try \u001B[5magain." });
  expect(formatError(error, createColours(true))).toBe(
    "\u001B[31merror:\u001B[39m build failed\uFFFD\n  at line 3\n  \u001B[36mTry again.\u001B[39m\n",
  );
});
