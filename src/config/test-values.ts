import * as z from "zod";
import { FORMS } from "./forms.ts";
import type { ImageTest } from "../model/image.ts";

const NETWORKS = ["none", "default", "host"] as const;

/** In seconds: long enough for what has to load a big library on a slow machine. */
const TIMEOUT = 300;

const DAY = 24 * 60 * 60;

const words = z.array(z.string());

const network = z.custom<ImageTest["network"]>().superRefine((value, context) => {
  if (NETWORKS.includes(value)) return;
  const params = { remedy: `It is ${NETWORKS.join(", ")}.` };
  context.addIssue({ code: "custom", message: `there is no network ${JSON.stringify(value)}`, params });
});

const timeout = z.number().superRefine((value, context) => {
  if (value > 0 && value <= DAY) return;
  const params = { remedy: `It is in seconds: more than 0, ${DAY} at most.` };
  context.addIssue({ code: "custom", message: `${value} is no time for a test`, params });
});

const whole = z
  .strictObject({
    command: words,
    entrypoint: words.optional(),
    network: network.optional(),
    timeout: timeout.optional(),
  })
  .transform(({ command, entrypoint, ...rest }): ImageTest => ({
    command,
    ...(entrypoint === undefined ? {} : { entrypoint }),
    network: rest.network ?? "none",
    timeout: rest.timeout ?? TIMEOUT,
  }));

const short = words.transform((command): ImageTest => ({ command, network: "none", timeout: TIMEOUT }));

/** A test as it is read: the arguments alone, or an object with them. */
export const test = z
  .unknown()
  .meta(FORMS.test)
  .transform((value, context): ImageTest => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const result = (isObject ? whole : short).safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    // A union of both would say of neither what is wrong.
    context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]));
    return z.NEVER;
  });
