import { describe, expect, it } from "@jest/globals";
import { flagsOfVariables } from "../../src/cli/flags-of-variables.ts";
import { variableOf } from "../../src/cli/variables.ts";
import { COMMANDS } from "./commands.ts";

type Environment = Readonly<Record<string, string>>;

/** Variables by the rest of their names. */
function named(variables: Environment): Environment {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`MANAGE_IMAGES_${name}`, value]),
  );
}

describe("a variable of the environment", () => {
  it.each<[what: string, variables: Environment, typed: readonly string[], flags: readonly string[]]>([
    ["is its flag", { BUILDER: "fleet" }, ["--image", "all"], ["--builder=fleet"]],
    ["counts less than the flag", { BUILDER: "fleet" }, ["--builder", "own"], []],
    ["counts less than the flag behind a command", { FORMAT: "json" }, ["plan", "--format=text"], []],
    ["counts less than an alias", { IMAGE: "base" }, ["--images", "app"], []],
    ["counts less than a letter among others", { CONCURRENCY: "2", KEEP_GOING: "1" }, ["-nkj8"], []],
    ["counts less than the flag in camel case", { DRY_RUN: "true" }, ["--dryRun"], []],
    ["counts less than a switch that is off", { DRY_RUN: "true" }, ["--dry-run=false"], []],
    ["switches on", { DRY_RUN: "true", FORCE: "1" }, [], ["--force", "--dry-run"]],
    ["switches nothing on", { DRY_RUN: "false", FORCE: "0" }, [], []],
    ["is not set where it is empty", { BUILDER: "", DRY_RUN: "" }, [], []],
    ["has several values", { IMAGE: "base, app" }, [], ["--image=base", "--image=app"]],
    ["has a value a line", { LABEL: "good, new\nci\n" }, ["pr"], ["--label=good, new", "--label=ci"]],
    ["is passed over where the command has no such flag", { IMAGE: "base" }, ["doctor"], []],
    ["is passed over where a run makes no request", { LABEL: "ci" }, ["--image", "all"], []],
    ["counts where a run makes one", { LABEL: "ci" }, ["--pr"], ["--label=ci"]],
    ["can make a request of a run", { LABEL: "ci", PR: "1" }, [], ["--pr", "--label=ci"]],
    ["keeps what a value has", { REGISTRY: "r.example:5000/a=b" }, [], ["--registry=r.example:5000/a=b"]],
  ])("%s", (_, variables, typed, flags) => {
    expect(flagsOfVariables(named(variables), typed, COMMANDS)).toEqual({ flags, notes: [] });
  });

  it("is there for each flag of each command", () => {
    const values: Readonly<Record<string, string>> = {
      ...{ author: "Ada <ada@example.com>", "minimum-age": "3d", platform: "linux/arm64" },
    };
    for (const { name: command, flags } of COMMANDS)
      for (const [flag, { type, choices = [] }] of Object.entries(flags)) {
        const value = values[flag] ?? (type === "number" ? "3" : String(choices[0] ?? "true"));
        const request = "pr" in flags && flag !== "pr" ? ["--pr"] : [];
        const typed = [...(command === "" ? [] : [command]), ...request];
        const found = flagsOfVariables({ [variableOf(flag)]: value }, typed, COMMANDS);
        expect(found).toEqual({
          flags: [type === "boolean" ? `--${flag}` : `--${flag}=${value}`],
          notes: [],
        });
      }
  });

  it.each<[variable: string, value: string, typed: readonly string[], message: string]>([
    ["DRY_RUN", "maybe", [], "MANAGE_IMAGES_DRY_RUN=maybe: it is true or false"],
    ["CONCURRENCY", "0", [], "MANAGE_IMAGES_CONCURRENCY=0: --concurrency takes a whole number from 1"],
    ["CONCURRENCY", "many", [], "MANAGE_IMAGES_CONCURRENCY=many: --concurrency takes a whole number from 1"],
    ["FORMAT", "yaml", ["plan"], "MANAGE_IMAGES_FORMAT=yaml: it is one of text, json"],
    ["MINIMUM_AGE", "3", ["update"], "MANAGE_IMAGES_MINIMUM_AGE=3: --minimum-age takes a number of minutes"],
  ])("of a value that its flag cannot have is a mistake: %s=%s", (variable, value, typed, message) => {
    expect(() => flagsOfVariables(named({ [variable]: value }), typed, COMMANDS)).toThrow(message);
  });

  it("that stands for no flag is told, and no mistake", () => {
    const variables = {
      ...named({ DRY_RNU: "1", NETWORKS: "x", IMAGE: "app" }),
      MANAGE_IMAGE: "none of ours",
    };
    expect(flagsOfVariables(variables, [], COMMANDS)).toEqual({
      flags: ["--image=app"],
      notes: [
        "MANAGE_IMAGES_DRY_RNU is set, and there is no such flag; did you mean MANAGE_IMAGES_DRY_RUN?",
        "MANAGE_IMAGES_NETWORKS is set, and there is no such flag",
      ],
    });
  });
});
