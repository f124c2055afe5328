import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import type { Client } from "graphql-ws";
import type { Pool } from "undici";
import { WebSocket } from "ws";

/** One kind of what clients do. It throws when it was not answered as it has to be. */
export type KindOfLoad = {
  readonly name: string;
  readonly once: () => Promise<void>;
};

export type LoadTarget = {
  readonly pool: Pool;
  /** Of /graphql, as a WebSocket's. */
  readonly socketUrl: string;
};

type Answer = {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
};

const ORDERS =
  "orders(first: 5) { edges { node { id status lines { product { name } } shipments { id } } } }";
const KNOWN = `query Orders { ${ORDERS} }`;
const PERSISTED = `query PersistedOrders { ${ORDERS} }`;
const FAILING = 'query Failing { order(id: "1") { id invoices { number } } }';
const WRONG = 'query Wrong { order(id: "1") { noSuchField } }';
const MUTATION = "mutation Retry($id: ID!) { retryCommand(id: $id) { id status } }";
const LIVE = "subscription Live { orderChanged { cursor order { id shipments { id } } } }";

const EVENTS_OF_A_SUBSCRIBER = 2;
/** After which a client that has changed its mind lets go: now before it is answered, now after. */
const MAX_PATIENCE_MS = 20;

/** Queries of known and of ever new texts, persisted ones, mutations, what is refused, what fails, who leaves, and who follows events. */
export function kindsOfLoad({ pool, socketUrl }: LoadTarget): readonly KindOfLoad[] {
  let count = 0;
  const next = () => String((count += 1));

  async function ask(body: object, signal?: AbortSignal): Promise<Answer> {
    const { body: answer } = await pool.request({
      method: "POST",
      path: "/graphql",
      headers: { "content-type": "application/json", authorization: "Bearer any" },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    return (await answer.json()) as Answer;
  }

  return [
    { name: "known query", once: async () => expectData(await ask({ query: KNOWN })) },
    {
      name: "new query",
      once: async () => {
        const name = next();
        expectData(await ask({ query: KNOWN.replace("orders", `o${name}: orders`) }));
      },
    },
    {
      name: "persisted query",
      once: async () => {
        const sha256Hash = createHash("sha256").update(PERSISTED).digest("hex");
        const extensions = { persistedQuery: { version: 1, sha256Hash } };
        const known = await ask({ extensions });
        if (codeOf(known) !== "PERSISTED_QUERY_NOT_FOUND") return expectData(known);
        expectData(await ask({ query: PERSISTED, extensions }));
      },
    },
    {
      name: "mutation",
      once: async () => expectData(await ask({ query: MUTATION, variables: { id: next() } })),
    },
    {
      name: "refused query",
      once: async () => expectCode(await ask({ query: WRONG }), "GRAPHQL_VALIDATION_FAILED"),
    },
    {
      name: "failing subgraph",
      once: async () => expectCode(await ask({ query: FAILING }), "INTERNAL_SERVER_ERROR"),
    },
    {
      name: "leaving client",
      once: async () => {
        const leaving = AbortSignal.timeout(Math.ceil(Math.random() * MAX_PATIENCE_MS));
        const query = KNOWN.replace("orders", `o${next()}: orders`);
        await ask({ query }, leaving).catch((error: unknown) => {
          if (!leaving.aborted) throw error;
        });
      },
    },
    { name: "subscription", once: () => follow(socketUrl) },
  ];
}

/** Opens a socket, takes some events and leaves. */
async function follow(url: string): Promise<void> {
  const client: Client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: "Bearer any" },
  });
  try {
    const events = client.iterate({ query: LIVE });
    for (let taken = 0; taken < EVENTS_OF_A_SUBSCRIBER; taken += 1) {
      const { value, done } = (await events.next()) as IteratorResult<Answer>;
      if (done === true) throw new Error("The subscription ended by itself.");
      expectData(value);
    }
    await events.return?.();
  } finally {
    await client.dispose();
  }
}

function codeOf({ errors }: Answer): string | undefined {
  return errors?.[0]?.extensions?.code;
}

function expectData(answer: Answer): void {
  if (answer.errors === undefined && answer.data !== undefined && answer.data !== null) return;
  throw new Error(`No data: ${JSON.stringify(answer.errors)}`);
}

function expectCode(answer: Answer, code: string): void {
  if (codeOf(answer) === code) return;
  throw new Error(`Not ${code}: ${JSON.stringify(answer)}`);
}

/** Does one kind again and again, until it is over. */
export async function keepDoing(
  { once }: KindOfLoad,
  {
    everyMs,
    isOver,
    done,
  }: {
    readonly everyMs: number;
    readonly isOver: () => boolean;
    readonly done: (error: unknown) => void;
  },
): Promise<void> {
  while (!isOver()) {
    await once().then(() => {
      done(null);
    }, done);
    await sleep(everyMs);
  }
}
