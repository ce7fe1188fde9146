import type { ArgumentValue } from "../model/image.ts";

/** Which image of the configuration an argument passes (`image:NAME`), if it passes one. */
export function argumentImage(value: string): string | undefined {
  return value.startsWith("image:") ? value.slice("image:".length) : undefined;
}

/** Arguments as they are meant. */
export function resolveArguments(
  args: Readonly<Record<string, string>>,
): Readonly<Record<string, ArgumentValue>> {
  const resolved = Object.entries(args).map(([key, value]): [string, ArgumentValue] => {
    const image = argumentImage(value);
    return [key, image === undefined ? value : { image }];
  });
  return Object.fromEntries(resolved);
}
