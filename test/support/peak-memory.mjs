/** With `--import`: says at the end how much memory the process had at most, in bytes, in the file that a variable names. */
import { readFileSync, writeFileSync } from "node:fs";

process.on("exit", () => {
  // What `process.resourceUsage` says has the memory of the process that started this one in it.
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  writeFileSync(process.env.PEAK_MEMORY_FILE, String(kilobytes * 1024));
});
