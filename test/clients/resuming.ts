/** What graphql-ws and graphql-sse have in common: both clients subscribe in this way. */
export type SubscribingClient = {
  subscribe(request: Request, sink: Sink): () => void;
};
export type Request = { readonly query: string; readonly variables?: Record<string, unknown> };
export type Result = { readonly data?: unknown; readonly errors?: unknown };
export type Sink = {
  next(result: Result): void;
  error(cause: unknown): void;
  complete(): void;
};

/** Ends that say nothing against the subscription: it is asked for again, from its cursor. */
const PASSING = new Set(["SLOW_CONSUMER", "UNAUTHENTICATED", "RATE_LIMITED", "SOURCE_UNAVAILABLE"]);
const ASK_AGAIN_MS = 1_000;

/**
 * A client whose subscriptions go on where they stopped. It takes care of every subscription with a variable
 * `after` (null: from now on) whose root field selects `cursor`; anything else passes as it is. It is `subscribe`
 * that resumes: the libraries' own `iterate` does not go through it.
 */
export function resuming<Client extends SubscribingClient>(client: Client): Client {
  return {
    ...client,
    subscribe: (request: Request, sink: Sink) =>
      Object.hasOwn(request.variables ?? {}, "after")
        ? resume(client, request, sink)
        : client.subscribe(request, sink),
  };
}

function resume(client: SubscribingClient, request: Request, sink: Sink): () => void {
  let after = request.variables?.["after"];
  let hasEnded = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leave: () => void = () => undefined;

  // The libraries turn it into JSON whenever they connect: each time it asks for what is new since then.
  const variables = {
    ...request.variables,
    get after() {
      return after;
    },
  };
  const open = () => {
    let isOver = false;
    let isRefused = false;
    const askAgain = () => {
      isOver = true;
      leave();
      timer = setTimeout(open, ASK_AGAIN_MS);
    };
    leave = client.subscribe(
      { ...request, variables },
      {
        next: (result) => {
          if (isOver || hasEnded) return;
          isRefused = result.data == null;
          // Without data there is no cursor: going on would leave this event out.
          if (isRefused && isPassing(result.errors)) {
            askAgain();
            return;
          }
          sink.next(result);
          after = cursorOf(result) ?? after;
        },
        error: (cause) => {
          if (isOver || hasEnded) return;
          if (isPassing(cause)) askAgain();
          else sink.error(cause);
        },
        complete: () => {
          if (isOver || hasEnded) return;
          // What is over without a word, as behind some proxies, is not over.
          if (isRefused) sink.complete();
          else askAgain();
        },
      },
    );
  };
  open();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
    leave();
    sink.complete();
  };
}

function isPassing(errors: unknown): boolean {
  if (!Array.isArray(errors)) return false;
  return errors.every((error: { readonly extensions?: Readonly<Record<string, unknown>> }) =>
    PASSING.has(String(error.extensions?.["code"])),
  );
}

/** A subscription has one field at its root. */
function cursorOf({ data }: Result): unknown {
  const [event] = Object.values(data ?? {}) as ({ readonly cursor?: unknown } | null)[];
  return event?.cursor;
}
