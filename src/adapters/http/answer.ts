import type { Answer } from "./ways.ts";

/** An answer whose body is still to come. */
export function makeAnswer(
  status: number,
  headers: Answer["headers"],
  body: AsyncIterable<Uint8Array>,
): Answer {
  const arrayBuffer = async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return new Uint8Array(Buffer.concat(chunks)).buffer;
  };
  return { ...describe(status, headers), body, arrayBuffer, json: async () => parse(await arrayBuffer()) };
}

/** The same answer with its body here already. */
export async function whole(answer: Answer): Promise<Answer> {
  const bytes = await answer.arrayBuffer();
  return {
    ...describe(answer.status, answer.headers),
    body: null,
    arrayBuffer: () => Promise.resolve(bytes),
    // What is not JSON is an error of who waits for it.
    json: () => Promise.resolve(bytes).then(parse),
  };
}

function describe(status: number, headers: Answer["headers"]) {
  return { status, ok: status >= 200 && status < 300, headers };
}

function parse(bytes: ArrayBuffer): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
