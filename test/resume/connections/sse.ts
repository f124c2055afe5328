import type { Received, Transport } from "./connection.ts";

const BLOCK_END = "\n\n";

/**
 * Server-sent events over `fetch`, as a browser's EventSource reads them: after a break the same request is
 * sent again with the id of the last event. Where events have no id, it is sent with the cursor instead.
 * @param url of the program, without `/graphql`
 */
export function createSseTransport(url: string, token: string): Transport {
  return {
    name: "SSE",
    async *subscribe({ query, variables, from, resume }, cut) {
      const eventId = resume?.eventId ?? null;
      const after = eventId === null ? (resume?.cursor ?? from) : from;
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: {
          accept: "text/event-stream",
          "content-type": "application/json",
          authorization: `Bearer ${token}`,
          ...(eventId === null ? {} : { "last-event-id": eventId }),
        },
        body: JSON.stringify({ query, variables: { ...variables, after } }),
        signal: cut,
      });
      if (!response.ok || response.body === null) {
        throw new Error(`The API answers ${String(response.status)}.`);
      }
      let text = "";
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        const blocks = (text + chunk).split(BLOCK_END);
        text = blocks.pop() ?? "";
        for (const block of blocks) {
          const { event, id, data } = readBlock(block);
          if (event === "complete") return;
          if (event !== "next") continue;
          yield { result: JSON.parse(data) as Received["result"], eventId: id };
        }
      }
    },
  };
}

/** One event of the stream; a comment has no field of these. */
function readBlock(block: string): {
  readonly event: string | null;
  readonly id: string | null;
  readonly data: string;
} {
  const fields = new Map(
    block.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    }),
  );
  return {
    event: fields.get("event") ?? null,
    id: fields.get("id") ?? null,
    data: fields.get("data") ?? "",
  };
}
