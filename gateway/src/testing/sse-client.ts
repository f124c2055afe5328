/** `id` is there when the server sent one. */
export type SseEvent = { readonly event: string; readonly data: unknown; readonly id?: string };

export type SseClient = {
  readonly status: number;
  readonly contentType: string;
  /** `null` when the server has ended the stream. Comments are passed over. */
  readonly next: () => Promise<SseEvent | null>;
  readonly leave: () => void;
};

type OpenOptions = {
  readonly method: "GET" | "POST";
  /** Left out: the extensions say which. */
  readonly query?: string;
  readonly extensions?: unknown;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly lastEventId?: string;
};

/** A reader of server-sent events over `fetch`. */
export async function openEvents(url: string, options: OpenOptions): Promise<SseClient> {
  const { method, query = "", variables = {}, extensions, token, lastEventId } = options;
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const leaving = new AbortController();
  const isPost = method === "POST";
  const response = await fetch(isPost ? url : `${url}?${String(search)}`, {
    method,
    signal: leaving.signal,
    headers: {
      accept: "text/event-stream",
      ...(isPost ? { "content-type": "application/json" } : { "apollo-require-preflight": "1" }),
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: isPost ? JSON.stringify({ query, variables, extensions }) : null,
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
      const fields: Readonly<Record<string, string>> = Object.fromEntries(
        block.split("\n").map((line) => {
          const colon = line.indexOf(":");
          return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
        }),
      );
      const { event = "", data = "", id } = fields;
      const parsed = data === "" ? null : (JSON.parse(data) as unknown);
      return { event, data: parsed, ...(id !== undefined && { id }) };
    },
    leave: () => {
      leaving.abort();
    },
  };
}
