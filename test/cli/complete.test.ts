import { describe, expect, it } from "@jest/globals";
import { complete } from "../../src/cli/complete.ts";
import { COMMANDS } from "./commands.ts";

const IMAGES = ["base", "base-gpu", "app"];
const NAMED = COMMANDS.map(({ name }) => name).filter((name) => name !== "");

async function suggested(...typed: readonly string[]): Promise<readonly string[]> {
  const known = { images: () => Promise.resolve(IMAGES), topics: ["references", "registries"] };
  return (await complete(typed, COMMANDS, known)).map(({ word }) => word);
}

describe("the tabulator key", () => {
  it.each<[what: string, typed: readonly string[], words: readonly string[]]>([
    ["all commands where nothing is typed", [""], NAMED],
    ["a command by its beginning", ["gr"], ["graph"]],
    ["no command behind another", ["graph", "pl"], []],
    ["commands behind a flag with a value", ["--config", "x.ts", "gra"], ["graph"]],
    ["commands behind a switch of a run", ["--keep-going", "gra"], ["graph"]],
    ["a flag by its beginning", ["--dry"], ["--dry-run"]],
    ["the flags of a command", ["plan", "--in"], ["--inputs"]],
    ["flags that all commands take", ["plan", "--conf"], ["--config", "--config-from"]],
    ["no flag of another command", ["plan", "--keep-d"], []],
    ["no switch twice", ["--keep-going", "--keep"], []],
    ["no switch that was given by its letter", ["-nk", "--keep"], []],
    ["a flag that may be repeated", ["--image", "app", "--ima"], ["--image"]],
    ["images behind --image", ["--image", "ba"], ["base", "base-gpu"]],
    ["images behind an alias", ["plan", "--images", ""], [...IMAGES, "all"]],
    ["images behind a sign", ["--image=ba"], ["--image=base", "--image=base-gpu"]],
    ["all images", ["--image", "al"], ["all"]],
    ["the choices of a flag", ["plan", "--format", ""], ["text", "json"]],
    ["the choices behind a sign", ["--progress=q"], ["--progress=quiet"]],
    ["nothing, so that the shell lists files, behind a flag with a file", ["--metadata-file", ""], []],
    ["nothing behind a number", ["-j", ""], []],
    ["flags behind a short flag with its number", ["-j8", "--push"], ["--push-concurrency"]],
    ["images where they are words", ["digest", ""], [...IMAGES, "all"]],
    ["further images where they are words", ["digest", "base", "ba"], ["base-gpu"]],
    ["topics", ["help", "re"], ["references", "registries"]],
    ["shells", ["completion", ""], ["bash", "zsh", "fish"]],
    ["only one of them", ["completion", "bash", ""], []],
    ["flags of requests on `pr`", ["pr", "--gr"], ["--group-by"]],
    ["no flags behind --", ["--", "--image"], []],
  ])("suggests %s", async (_, typed, words) => {
    expect(await suggested(...typed)).toEqual(words);
  });

  it("asks for images only where they may be meant", async () => {
    const images = () => Promise.reject(new Error("asked"));
    const known = { images, topics: [] };
    for (const typed of [[""], ["plan", "--"], ["plan", "--format", ""]])
      expect((await complete(typed, COMMANDS, known)).length).toBeGreaterThan(0);
    await expect(complete(["--image", ""], COMMANDS, known)).rejects.toThrow("asked");
  });
});
