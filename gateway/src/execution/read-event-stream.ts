import type { Readable } from "node:stream";
import { SubgraphUnavailableError } from "../errors/gateway-errors.ts";

/**
 * Reads GraphQL results from server-sent events: `next` has one, `complete` is the end, comments
 * are passed over. `return()` cuts the connection, also while an event is waited for.
 * @param decode makes a result of the JSON of one event
 * @param maxEventBytes of one event; a longer one ends the stream
 * @returns throws {SubgraphUnavailableError} when the stream ends without `complete`
 */
export function readEventStream<Result>(
  body: Readable,
  decode: (json: unknown) => Result,
  maxEventBytes: number,
): AsyncIterableIterator<Result> {
  const blocks = readBlocks(body, maxEventBytes);
  let left = false;
  const done = { done: true, value: undefined } as const;

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      try {
        for (;;) {
          const block = left ? null : await blocks.next();
          if (block === null || left) return done;
          if (block.done === true) throw new Error("The stream broke off.");
          const { event, data } = readFields(block.value);
          if (event === "complete") return done;
          if (event === "next") return { done: false, value: decode(JSON.parse(data)) };
        }
      } catch (error) {
        body.destroy();
        if (left) return done;
        throw new SubgraphUnavailableError(error);
      }
    },
    return: () => {
      left = true;
      body.destroy();
      return Promise.resolve(done);
    },
  };
}

const BLOCK_END = "\n\n";

/** What stands between two empty lines. */
async function* readBlocks(body: Readable, maxBytes: number): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\r")) text = text.replaceAll("\r\n", "\n"); // a pair may come in two chunks
    for (let end = text.indexOf(BLOCK_END); end >= 0; end = text.indexOf(BLOCK_END)) {
      yield text.slice(0, end);
      text = text.slice(end + BLOCK_END.length);
    }
    if (text.length > maxBytes) throw new Error("An event is too long.");
  }
}

function readFields(block: string): { readonly event: string; readonly data: string } {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") event = value;
    if (name === "data") data.push(value);
  }
  return { event, data: data.join("\n") };
}
