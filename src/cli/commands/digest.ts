import { digestOf } from "../../operations/digest-of.ts";
import { findImages } from "../find-images.ts";
import { openProject, type ProjectFlags } from "../open-project.ts";
import type { Terminal } from "../terminal.ts";

/** `manage-images digest X`: prints `repository@sha256:…` from the lockfile, one line for each image. */
export async function digestCommand(
  terminal: Terminal,
  flags: ProjectFlags,
  names: readonly string[],
): Promise<number> {
  const { checkout, configured } = await openProject(terminal, flags);
  const images = names.flatMap((name) => findImages(configured.images, [name]));
  const lines: string[] = [];
  for (const image of images) lines.push(`${await digestOf(checkout, configured, image)}\n`);
  terminal.stdout.write(lines.join(""));
  return 0;
}
