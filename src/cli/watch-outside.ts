import type { Checkout } from "../ports.ts";
import type { Project } from "./open-project.ts";
import type { RunWorld } from "./world.ts";

/** What a run asks of the outside, apart from the contents of the working tree. */
export interface OutsideWatch {
  /** The same project; what is asked through it is known. */
  readonly project: <Watched extends Project>(project: Watched) => Watched;
  readonly world: (world: RunWorld) => RunWorld;
  /** Whether nothing was asked but which bytes files of the working tree have. */
  readonly sawFilesOnly: () => boolean;
  /** The files that were read, from the checkout's root. */
  readonly filesRead: () => readonly string[];
}

/** Watches a run from here on. */
export function watchOutside(): OutsideWatch {
  let isMore = false;
  const files = new Set<string>();
  const onMore = () => {
    isMore = true;
  };
  const checkoutOf = (checkout: Checkout): Checkout => ({
    ...onUse(checkout, onMore),
    root: checkout.root,
    privateFolder: () => checkout.privateFolder(),
    contents: (foreseen) => checkout.contents(foreseen),
    read: async (...where) => {
      const bytes = await checkout.read(...where);
      const [path, within] = where;
      if (bytes !== undefined) files.add(path);
      // A link may lead to what git does not track.
      if (bytes !== undefined && within !== undefined && (await checkout.read(path)) === undefined) onMore();
      return bytes;
    },
  });
  return {
    project: (project) => {
      const render = withUse(project.configured.render, onMore);
      return {
        ...project,
        checkout: checkoutOf(project.checkout),
        configured: { ...project.configured, render },
      };
    },
    world: (world) => ({
      ...world,
      builder: withUse(world.builder, onMore),
      registry: onUse(world.registry, onMore),
      contextFiles: onUse(world.contextFiles, onMore),
      logs: onUse(world.logs, onMore),
    }),
    sawFilesOnly: () => !isMore,
    filesRead: () => [...files],
  };
}

/** The same functions; `onCall` is told when one is called. */
function onUse<Port extends object>(port: Port, onCall: () => void): Port {
  const watched = Object.entries(port).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === "function"
      ? withUse(member as (...args: readonly unknown[]) => unknown, onCall)
      : member,
  ]);
  return Object.fromEntries(watched) as Port;
}

function withUse<Args extends readonly unknown[], Result>(
  act: (...args: Args) => Result,
  onCall: () => void,
): (...args: Args) => Result {
  return (...args) => {
    onCall();
    return act(...args);
  };
}
