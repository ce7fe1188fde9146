import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parse } from "yaml";
import { startGitHub } from "../support/forges/github.ts";
import { requestsForTests } from "../main-job/requests.ts";
import { placeForTests } from "../main-job/sample.ts";

const MINUTE = 60_000;
const FOLDER = new URL("../../docs/workflows/", import.meta.url);
const { repository, given, runs } = await requestsForTests(placeForTests(), "workflow", startGitHub);

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

/** The lines of a workflow that are run, wherever they stand. */
function linesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]): readonly string[] => {
    const texts = [each as unknown].flat().filter((text) => typeof text === "string");
    return (key === "run" || key === "script") && texts.length > 0 ? texts : linesOf(each);
  });
}

/** The arguments of the program in a line of a shell without anything but words, quotes and a redirection at the end. */
function argumentsIn(line: string, values: Readonly<Record<string, string>>): readonly string[] {
  const words = line.replace(/ >>?\S+$/, "").match(/"[^"]*"|\S+/g) ?? [];
  const unquoted = words.map((word) => word.replace(/^"(.*)"$/, "$1"));
  const filled = unquoted.map((word) => word.replace(/^\$(\w+)$/, (_, name: string) => values[name] ?? ""));
  return filled.slice(filled.findIndex((word) => word.endsWith("manage-images")) + 1);
}

const files = readdirSync(FOLDER);

describe("the documented workflows", () => {
  it.each(files.filter((file) => file !== "gitlab.yml"))(
    "%s is a workflow by GitHub's own parser",
    (file) => {
      const { context, value } = parseWorkflow(
        { name: file, content: read(file) },
        new NoOperationTraceWriter(),
      );
      expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
      expect(value).toBeDefined();
    },
  );

  describe("run commands that do what they are to", () => {
    it.each(files)(
      "%s",
      async (file) => {
        const lines = linesOf(parse(read(file))).filter((line) => line.includes("manage-images "));
        expect(lines.length).toBeGreaterThan(0);
        await given(file.replace(/\W/g, "-"));
        const base = await repository.git("rev-parse", "HEAD");
        for (const line of lines) {
          // A wave is done when each of its images is.
          const waves = line.includes("$IMAGE") ? ["base", "right"] : [""];
          for (const image of waves) {
            const args = argumentsIn(line, { IMAGE: image, BASE: base, HEAD: "main" });
            // It is for when the request is merged.
            if (args[0] === "promote")
              await repository.git("pull", "--quiet", "origin", "manage-images/update");
            if (args[0] === "promote") await repository.git("push", "--quiet", "origin", "main");
            const { exitCode, stderr } = await runs(...args);
            // `check` finds what is to be built.
            expect({ line, exitCode, stderr }).toMatchObject({ exitCode: args[0] === "check" ? 1 : 0 });
            await repository.git("restore", ".");
          }
        }
      },
      3 * MINUTE,
    );
  });
});
