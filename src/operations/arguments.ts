import type { ArgumentValue, Image, Platform } from "../model/image.ts";

/** The build arguments as text; `referenceTo` says what an image of the configuration is passed as. */
export function argumentTexts(
  args: Readonly<Record<string, ArgumentValue>>,
  referenceTo: (name: string) => string,
): Readonly<Record<string, string>> {
  const texts = Object.entries(args).map(([key, value]) => {
    return [key, typeof value === "string" ? value : referenceTo(value.image)] as const;
  });
  return Object.fromEntries(texts);
}

/** The arguments of an image for a platform. */
export function argumentsFor(
  { args, platformArgs = {} }: Image,
  platform: Platform,
): Readonly<Record<string, ArgumentValue>> {
  return { ...args, ...platformArgs[platform] };
}

/** The images of the configuration that are passed as arguments or as named contexts. */
export function passedImages({ args, platformArgs = {}, contexts = {} }: Image): readonly string[] {
  const values = [args, ...Object.values(platformArgs)].flatMap((each) => Object.values(each));
  return [
    ...values.flatMap((value) => (typeof value === "string" ? [] : [value.image])),
    ...Object.values(contexts).flatMap((context) => (context.kind === "image" ? [context.image] : [])),
  ];
}
