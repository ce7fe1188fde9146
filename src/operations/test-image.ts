import { UserError } from "../errors.ts";
import type { ImageTest } from "../model/image.ts";
import type { Attention, TestEnd } from "../ports.ts";
import { builderOf, localNames, type Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/** Runs an image's tests, one after the other, in what was built of it. The first that fails is a `UserError`. */
export async function testImage(run: Run, name: string, attention: Attention): Promise<void> {
  const { platforms, tests } = imageIn(run.survey, name).image;
  if (tests.length === 0) return;
  await run.limitTests(async () => {
    run.signal.throwIfAborted();
    run.world.report({ kind: "phase", image: name, phase: "testing" });
    const builder = builderOf(run, name);
    // Where there are several it is the first platform's.
    const [built = ""] = localNames(run, name);
    for (const [index, test] of tests.entries()) {
      const title = `test ${index + 1} of ${tests.length}`;
      attention.step(`${title}: ${formatCommand(test)}`);
      attention.log(`${title}: ${formatCommand(test)}`);
      const end = await builder.test(built, platforms[0] ?? "linux/amd64", test, attention);
      if (end.kind !== "exited" || end.code !== 0) throw testFailed(name, index, test, end);
      attention.log(`${title} passed`);
    }
  });
}

function testFailed(image: string, index: number, test: ImageTest, end: TestEnd): UserError {
  const what = `Test ${index + 1} of ${image} ${describeEnd(end, test)}: ${formatCommand(test)}`;
  return new UserError(what, {
    remedy: `Nothing of it is pushed. Mend the image, or the test (images.${image}.test), and run again.`,
  });
}

function describeEnd(end: TestEnd, { timeout }: ImageTest): string {
  switch (end.kind) {
    case "exited":
      return `failed with exit code ${end.code}`;
    case "not-started":
      return `could not be run (${end.why})`;
    case "timed-out":
      return `did not end within ${timeout} s`;
  }
}

/** The words as a shell would take them, near enough for people. */
function formatCommand({ command, entrypoint = [] }: ImageTest): string {
  const words = [...entrypoint, ...command];
  return words.length === 0 ? "the image's own command" : words.map(formatWord).join(" ");
}

function formatWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word);
}
