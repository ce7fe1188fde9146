import { UserError } from "../../errors.ts";
import type { Platform } from "../../model/image.ts";
import { formatReference, splitName, type Reference } from "../../model/reference.ts";
import type { Attention } from "../../ports.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import { formatAuthConfig, redact } from "../credentials/docker-credentials.ts";
import { refusalOf } from "./dial.ts";
import type { Engine } from "./engine.ts";
import type { EngineMessage } from "./json-lines.ts";
import { isTransient } from "./transient.ts";

const MEGABYTE = 1e6;

/** How much of each layer is there, in bytes, by the layers' ids. */
type Amounts = Map<string, { readonly current: number; readonly total: number }>;

/** Gets an image by its digest, or else by its tag. False if all of it was there. A failure is a `UserError` without secrets. */
export async function pullImage(
  engine: Engine,
  findCredentials: FindCredentials,
  pin: Reference,
  platform: Platform | undefined,
  attention: Attention,
): Promise<boolean> {
  const { registry } = splitName(pin.name);
  const credentials = await findCredentials(registry, attention.signal);
  const tag = pin.digest ?? pin.tag ?? "latest";
  const query = { fromImage: pin.name, tag, ...(platform === undefined ? {} : { platform }) };
  const auth = formatAuthConfig(credentials, registry);
  const amounts: Amounts = new Map();
  let isNew = false;
  try {
    for await (const message of engine.post("/images/create", { query, auth, signal: attention.signal })) {
      if (message.error !== undefined) throw pullFailed(pin, registry, redact(message.error, credentials));
      isNew ||= /^(?:Pull complete|Download complete|Status: Downloaded)/.test(message.status ?? "");
      if (takeAmount(amounts, message)) attention.step(amountOf(amounts));
    }
  } catch (error) {
    const refusal = error instanceof UserError ? refusalOf(error.cause ?? error) : undefined;
    throw refusal === undefined ? error : pullFailed(pin, registry, redact(refusal, credentials));
  }
  return isNew;
}

function takeAmount(amounts: Amounts, { id = "", status, progressDetail }: EngineMessage): boolean {
  const { current, total } = progressDetail ?? {};
  if (status !== "Downloading" || current === undefined || total === undefined || total <= 0) return false;
  amounts.set(id, { current, total });
  return true;
}

function amountOf(amounts: Amounts): string {
  const sum = (of: "current" | "total") =>
    Math.round([...amounts.values()].reduce((bytes, each) => bytes + each[of], 0) / MEGABYTE);
  return `${sum("current")} of ${sum("total")} MB`;
}

function pullFailed(pin: Reference, registry: string, message: string): UserError {
  return new UserError(`${formatReference(pin)} could not be pulled: ${message}`, {
    remedy: remedyFor(message, registry),
    isTransient: isTransient(message),
  });
}

function remedyFor(message: string, registry: string): string {
  if (
    /no match(?:ing manifest| for platform)|not match the specified platform|unknown operating/i.test(message)
  )
    return "Name a platform that the image is for: --platform linux/amd64.";
  if (/manifest unknown|not found|name unknown/i.test(message))
    return "The registry does not have it: `manage-images check --remote` says what else is missing; build it again.";
  if (/denied|unauthorized|authentication required|no basic auth|forbidden|\b40[13]\b/i.test(message))
    return `Log in as someone who may pull it: docker login ${registry}`;
  return `Check that the engine can reach ${registry}, and that its disk is not full.`;
}
