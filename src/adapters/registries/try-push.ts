import type { Client } from "./client.ts";
import { requestRepository } from "./requests.ts";

/**
 * Begins an upload to a repository and cancels it, as `docker push` would begin one: to ask for it is the only way to find out whether
 * it is allowed (distribution's API, "initiate" and "cancel blob upload"). Nothing is left of it. A refusal is a `UserError`.
 */
export async function tryPush(
  client: Client,
  repository: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const place = { client, repository, signal };
  const begun = await requestRepository(place, "blobs/uploads/", { method: "POST" });
  const location = begun.headers.get("location");
  const path = /\/blobs\/uploads\/[^]*$/.exec(location ?? "")?.[0];
  // Whether it can be cancelled says nothing about pushes; registries forget uploads that go on no more.
  if (path !== undefined)
    await requestRepository(place, path.slice(1), { method: "DELETE" }).catch(() => undefined);
  const date = Date.parse(begun.headers.get("date") ?? "");
  return Number.isNaN(date) ? undefined : date;
}
