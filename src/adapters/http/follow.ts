import type { Answer, Ask, Question } from "./ways.ts";

const ELSEWHERE = [301, 302, 303, 307, 308];
/** As many as `fetch` follows. */
const MOST = 20;
/** Of what is not sent any more. */
const OF_BODY = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-type",
];
/** For one server only. */
const SECRETS = ["authorization", "cookie", "host", "proxy-authorization"];

/** Asks where answers lead to (https://fetch.spec.whatwg.org/#http-redirect-fetch). */
export function following(ask: Ask): Ask {
  const askAt = async (url: string, question: Question, left: number): Promise<Answer> => {
    const answer = await ask(url, question);
    const location = ELSEWHERE.includes(answer.status) ? answer.headers.get("location") : null;
    if (location === null || question.redirect === "manual") return answer;
    if (left === 0 || question.redirect === "error") throw new Error(`it leads elsewhere: ${answer.status}`);
    const next = nextQuestion(url, question, answer.status, location);
    await answer.arrayBuffer();
    return askAt(next.url, next.question, left - 1);
  };
  return (url, question) => askAt(url, question, MOST);
}

/** What is asked where an answer leads to. Secrets stay with the server that they are for. */
export function nextQuestion(
  url: string,
  question: Question,
  status: number,
  location: string,
): { readonly url: string; readonly question: Question } {
  if (!URL.canParse(location, url)) throw new Error(`it leads to no address: ${status}`);
  const target = new URL(location, url);
  if (!["http:", "https:"].includes(target.protocol)) throw new Error(`it leads to no server: ${status}`);
  const { method = "GET", body, ...rest } = question;
  const asksAnew =
    (status === 303 && !["GET", "HEAD"].includes(method)) ||
    ([301, 302].includes(status) && method === "POST");
  if (!asksAnew && body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array))
    throw new Error(`it leads elsewhere, and what was sent is gone: ${status}`);
  const dropped = [...(asksAnew ? OF_BODY : []), ...(target.origin === new URL(url).origin ? [] : SECRETS)];
  const headers = Object.entries(question.headers ?? {}).filter(([name]) => !dropped.includes(name));
  return {
    url: target.href,
    question: {
      ...rest,
      headers: Object.fromEntries(headers),
      ...(asksAnew ? { method: "GET" } : { method, ...(body === undefined ? {} : { body }) }),
    },
  };
}
