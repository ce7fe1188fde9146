import { describe, expect, it } from "@jest/globals";
import { runProgram } from "../../../src/adapters/processes/run-program.ts";

const node = (script: string, ...args: readonly string[]) =>
  [process.execPath, ["-e", script, ...args]] as const;

describe("runProgram", () => {
  it("hands bytes in and out, and gives the exit code", async () => {
    const bytes = Buffer.from([0, 255, 10, 128]);
    const script = "process.stdin.pipe(process.stdout); process.stderr.write('said'); process.exitCode = 3";
    const { exitCode, stdout, stderr } = await runProgram(...node(script), { input: bytes });
    expect(exitCode).toBe(3);
    expect(Buffer.from(stdout).equals(bytes)).toBe(true);
    expect(Buffer.from(stderr).toString()).toBe("said");
  });

  it("gives arguments as they are, and no input where there is none", async () => {
    const script =
      "process.stdin.on('data', () => process.exit(9)); console.log(JSON.stringify(process.argv.slice(1)))";
    const args = ["$HOME", "a b", "'", "*"];
    const { exitCode, stdout } = await runProgram(...node(script, ...args));
    expect([exitCode, JSON.parse(Buffer.from(stdout).toString())]).toEqual([0, args]);
  });

  it("takes much input that the program does not read", async () => {
    const result = await runProgram(...node("process.exit(4)"), { input: Buffer.alloc(5_000_000) });
    expect(result.exitCode).toBe(4);
  });

  it("says which program is missing", async () => {
    await expect(runProgram("no-such-program", [])).rejects.toThrow(
      "no-such-program could not be run (ENOENT)",
    );
  });

  it("says which program was ended by a signal", async () => {
    await expect(runProgram(...node("process.kill(process.pid, 'SIGKILL')"))).rejects.toThrow("SIGKILL");
  });

  it("ends the program when it is told to, with the reason", async () => {
    const controller = new AbortController();
    const running = runProgram(...node("setInterval(() => {}, 1000)"), { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });
});
