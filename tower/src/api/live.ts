import { createClient, type Client } from "graphql-ws/client";
import { session } from "../session/session.ts";
import { createStore, type Store } from "../store.ts";
import type { ApiError } from "./api-error.ts";
import { apiErrorOf } from "./api-error.ts";
import type { Operation } from "./operation.ts";

/** What the page's connection to the server is doing, for the person who reads the figures. */
export type Connection =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** Nothing was heard since then: what is shown may be old. */
  | { readonly kind: "lost"; readonly sinceMs: number };

export const connection: Store<Connection> = createStore<Connection>({ kind: "idle" });

/** A dead network is noticed after this and the answer's time. */
const PING_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;
const JITTER = 0.3;
const FORBIDDEN_CLOSE = 4403;

export type Following<Result> = {
  /** Called for each event, in order. */
  readonly next: (result: Result) => void;
  /** The stream cannot go on from where it was, or the API refuses it; it is not opened again. */
  readonly refused: (error: ApiError) => void;
};

let client: Client | null = null;

/**
 * Follows a subscription until it is stopped: when the connection breaks it is opened again, first soon and then less
 * often, each time with the variables of then, so that a cursor in them goes on without a gap.
 * @returns stops it
 */
export function follow<Result, Variables extends Record<string, unknown>>(
  operation: Operation<Result, Variables>,
  variables: () => Variables,
  { next, refused }: Following<Result>,
): () => void {
  let stop: () => void = () => undefined;
  let isStopped = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = () => {
    if (isStopped || session.token() === null) return;
    const base = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    failures += 1;
    timer = setTimeout(open, base * (1 + JITTER * Math.random()));
  };
  const open = () => {
    stop = socket().subscribe<Result>(
      { query: operation.text, operationName: operation.name, variables: variables() },
      {
        next: ({ data, errors }) => {
          if (isStopped) return;
          failures = 0;
          if (errors !== undefined && errors.length > 0) refuse(apiErrorOf(errors));
          else if (data != null) next(data);
        },
        error: (error) => {
          if (Array.isArray(error)) refuse(apiErrorOf(error));
          else again();
        },
        complete: again,
      },
    );
  };
  const refuse = (error: ApiError) => {
    if (isStopped) return;
    halt();
    if (error.code === "UNAUTHENTICATED") session.expire();
    refused(error);
  };
  const halt = () => {
    isStopped = true;
    clearTimeout(timer);
    stop();
  };
  open();
  return halt;
}

/** Closes the socket, as when the person signs out. */
export function hangUp(): void {
  void client?.dispose();
  client = null;
  connection.set({ kind: "idle" });
}

function socket(): Client {
  client ??= connect();
  return client;
}

function connect(): Client {
  let pong: ReturnType<typeof setTimeout> | undefined;
  let opened: WebSocket | null = null;
  return createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    lazy: true,
    // Each subscription opens itself again, from its own cursor.
    retryAttempts: 0,
    keepAlive: PING_MS,
    connectionParams: () => ({ authorization: `Bearer ${session.token() ?? ""}` }),
    on: {
      connecting: () => {
        if (connection.get().kind !== "lost") connection.set({ kind: "connecting" });
      },
      opened: (socket) => {
        opened = socket as WebSocket;
      },
      connected: () => {
        connection.set({ kind: "live" });
      },
      ping: (isReceived) => {
        if (!isReceived) pong = setTimeout(() => opened?.close(), PONG_WITHIN_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pong);
      },
      closed: (event) => {
        clearTimeout(pong);
        if ((event as CloseEvent).code === FORBIDDEN_CLOSE) session.expire();
        const { kind } = connection.get();
        if (session.token() === null) connection.set({ kind: "idle" });
        else if (kind !== "lost") connection.set({ kind: "lost", sinceMs: Date.now() });
      },
    },
  });
}
