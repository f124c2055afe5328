export type SseEvent = { readonly event: string; readonly data: unknown };

export type SseClient = {
  readonly status: number;
  readonly contentType: string;
  /** `null` when the server has ended the stream. Comments are passed over. */
  readonly next: () => Promise<SseEvent | null>;
  readonly leave: () => void;
};

type OpenOptions = {
  readonly method: "GET" | "POST";
  readonly query: string;
  readonly token?: string;
};

/** A reader of server-sent events over `fetch`. */
export async function openEvents(url: string, options: OpenOptions): Promise<SseClient> {
  const { method, query, token } = options;
  const leaving = new AbortController();
  const isPost = method === "POST";
  const response = await fetch(isPost ? url : `${url}?query=${encodeURIComponent(query)}`, {
    method,
    signal: leaving.signal,
    headers: {
      accept: "text/event-stream",
      ...(isPost ? { "content-type": "application/json" } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: isPost ? JSON.stringify({ query }) : null,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";

  async function nextBlock(): Promise<string | null> {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (!block.startsWith(":")) return block;
      } else {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) return null;
        text += chunk.value;
      }
    }
  }

  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    next: async () => {
      const block = await nextBlock();
      if (block === null) return null;
      const [event = "", data = ""] = block
        .split("\n")
        .map((line) => line.slice(line.indexOf(":") + 1).trimStart());
      return { event, data: data === "" ? null : (JSON.parse(data) as unknown) };
    },
    leave: () => {
      leaving.abort();
    },
  };
}
