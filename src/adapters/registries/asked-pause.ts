import type { Answer } from "../http/ways.ts";

/**
 * How long a server asks to be left alone, in milliseconds from now: by `Retry-After` (RFC 9110, 10.2.3), or because what it
 * allows is used up (draft-ietf-httpapi-ratelimit-headers; `RateLimit-Remaining` and `RateLimit-Reset` of its earlier
 * versions). Docker Hub's headers name no time: nothing follows from them.
 */
export function askedPause({ headers }: Pick<Answer, "headers">): number | undefined {
  return retryAfter(headers.get("retry-after")) ?? usedUp(headers);
}

function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function usedUp(headers: Answer["headers"]): number | undefined {
  const limits = (headers.get("ratelimit") ?? "").split(",").map((limit) => ({
    remaining: /[;,]\s*r=(\d+)/.exec(limit)?.[1],
    reset: /[;,]\s*t=(\d+)/.exec(limit)?.[1],
  }));
  const earlier = {
    remaining: leadingNumber(headers.get("ratelimit-remaining")),
    reset: leadingNumber(headers.get("ratelimit-reset")),
  };
  const pauses = [...limits, earlier]
    .filter(({ remaining, reset }) => Number(remaining ?? 1) === 0 && reset !== undefined)
    .map(({ reset }) => Number(reset) * 1000);
  return pauses.length === 0 ? undefined : Math.max(...pauses);
}

function leadingNumber(header: string | null): string | undefined {
  return /^\s*(\d+)/.exec(header ?? "")?.[1];
}
