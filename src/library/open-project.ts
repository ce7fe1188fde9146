import type { Project, ProjectOptions } from "./project.ts";

/** The project of a directory. Nothing is read yet, and nothing loaded: each configuration imports the library. */
export function openProject(options: ProjectOptions = {}): Project {
  const verbs = () => import("./verbs.ts");
  return {
    images: async () => (await verbs()).readImages(options),
    graph: async () => (await verbs()).readGraph(options),
    plan: async (wanted) => (await verbs()).planImages(options, wanted),
    run: async (wanted) => (await verbs()).runImages(options, wanted),
    check: async (wanted = {}) => (await verbs()).checkImages(options, wanted),
    lint: async (images = "all") => (await verbs()).lintImages(options, images),
    command: async (words, { signal } = {}) =>
      (await import("./run-command.ts")).runCommand(options, words, signal),
    digest: async (image) => (await verbs()).readDigest(options, image),
  };
}
