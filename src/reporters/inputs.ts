import type { Inputs } from "../model/inputs.ts";
import { printable } from "./printable.ts";

/** One image's inputs, and the files among them that git does not track. */
export interface ShownInputs {
  readonly image: string;
  readonly inputs: Inputs;
  readonly untracked: readonly string[];
}

/** Everything that goes into images, apart from their dependencies' digests: one line for each input, or JSON. */
export function formatInputs(images: readonly ShownInputs[], format: "text" | "json"): string {
  if (format === "text") return images.map((shown) => `${linesOf(shown).join("\n")}\n`).join("\n");
  const values = images.map(({ image, inputs, untracked }) => {
    return [image, { ...inputs, context: Object.fromEntries(inputs.context), untracked }] as const;
  });
  return `${JSON.stringify({ images: Object.fromEntries(values) }, undefined, 2)}\n`;
}

function linesOf({ image, inputs, untracked }: ShownInputs): readonly string[] {
  const pairs = (what: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => `  ${what} ${printable(name)}=${printable(value)}`);
  const files = [...inputs.context].map(([path, hash]) => {
    const note = untracked.includes(path) ? "  (not tracked by git)" : "";
    return `  ${hash.slice(0, 13)} ${printable(path)}${note}`;
  });
  return [
    printable(image),
    `  dockerfile ${inputs.dockerfile}`,
    ...pairs("option", inputs.options),
    ...pairs("argument", inputs.args),
    ...files,
  ];
}
