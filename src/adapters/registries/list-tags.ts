import type { Answer } from "../http/ways.ts";
import { requestRepository, type Place } from "./requests.ts";

/** As many as registries give in one answer. */
const PAGE = 1000;

/** All tags of a repository, in the registry's order; `undefined` if there is no such repository. */
export async function listTags(place: Place): Promise<readonly string[] | undefined> {
  const tags: string[] = [];
  for (let query: string | undefined = `?n=${PAGE}`; query !== undefined;) {
    const response: Answer = await requestRepository(place, `tags/list${query}`, { method: "GET" });
    if (response.status === 404) return undefined;
    const page = (await response.json()) as { readonly tags?: readonly string[] | null };
    tags.push(...(page.tags ?? []));
    query = nextQuery(response.headers.get("link"));
  }
  return [...new Set(tags)];
}

/** Of the next page's address only what it asks for: a registry behind a proxy may not know its own name. */
function nextQuery(link: string | null): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next\b/i.exec(link ?? "")?.[1];
  if (target === undefined) return undefined;
  const { search } = new URL(target, "https://registry");
  return search === "" ? undefined : search;
}
