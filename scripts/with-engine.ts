import { publishBaseImages } from "../test/support/base-images.ts";
import { canStartEngines, startEngine, type Engine } from "../test/support/engine.ts";
import { startRegistry, type LocalRegistry } from "../test/support/registry.ts";

/** What is to be done at the end, the last first. */
export type Endings = (() => Promise<unknown>)[];

/** Works with an engine, a registry, and the base images in it. They are gone at the end, with all that has an ending. */
export async function withEngine(
  work: (registry: LocalRegistry, engine: Engine, endings: Endings) => Promise<void>,
): Promise<void> {
  const endings: Endings = [];
  try {
    const registry = await startRegistry();
    endings.push(registry.stop);
    if (await canStartEngines()) await publishBaseImages(registry);
    const engine = await startEngine({ mirror: registry.url });
    endings.push(engine.stop);
    await work(registry, engine, endings);
  } finally {
    for (const end of endings.reverse()) await end();
  }
}
