import { holdInMemory } from "./hold-in-memory.ts";
import { trustAsUsual } from "./trust-as-usual.ts";

/** Before all tests. */
async function beforeAll(): Promise<void> {
  trustAsUsual();
  await holdInMemory();
}

export { beforeAll as default };
