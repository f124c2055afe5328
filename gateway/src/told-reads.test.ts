import { createClient } from "graphql-ws";
import type { Client, ExecutionResult, SubscribePayload } from "graphql-ws";
import { WebSocket } from "ws";
import { createHttpTransport } from "./execution/http-transport.ts";
import type { HttpTransport } from "./execution/http-transport.ts";
import { serveSubgraph } from "./testing/serve-subgraph.ts";
import type { ServedSubgraph } from "./testing/serve-subgraph.ts";
import { ERP_LAST_SEEN, openShop, subgraphsOf, WMS_LAST_SEEN } from "./testing/shop.ts";
import type { OrderEvent, Shop } from "./testing/shop.ts";
import { openEvents } from "./testing/sse-client.ts";
import { createTopic } from "./testing/topic.ts";
import type { Topic } from "./testing/topic.ts";

const MIXED = `query Mixed { a: stock(sku: "live") b: stock(sku: "live") c: stock(sku: "cached")
  d: stock(sku: "stale") orders { id carrier } }`;
const CHANGES = "subscription Changes { orderChanged { cursor order { id carrier } } }";

const ERP_NOTE = {
  source: "erp",
  since: ERP_LAST_SEEN,
  message: `erp does not answer now. What you see of it is the last that we know, the oldest of it from ${ERP_LAST_SEEN}.`,
};
const WMS_NOTE = { ...ERP_NOTE, source: "wms", since: WMS_LAST_SEEN };
const STALE = [ERP_NOTE, { ...WMS_NOTE, message: expect.stringContaining(WMS_LAST_SEEN) }];

/** What is left to who asks, which every answer tells. */
const QUOTA = {
  limitPerMinute: 100_000,
  remaining: expect.any(Number) as number,
  resetAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
};

type Answer = {
  readonly status: number;
  readonly body: {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly extensions?: Readonly<Record<string, unknown>>;
    readonly errors?: readonly {
      readonly message: string;
      readonly extensions: Readonly<Record<string, unknown>>;
    }[];
  };
};

const clients: Client[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));

async function post(
  shop: Shop,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(shop.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

function connect(shop: Shop): Client {
  const client = createClient({
    url: shop.url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: "Bearer portal" },
  });
  clients.push(client);
  return client;
}

async function askOnSocket(shop: Shop, payload: SubscribePayload): Promise<ExecutionResult> {
  return (await connect(shop).iterate(payload).next()).value as ExecutionResult;
}

async function takeEvent(shop: Shop, events: Topic<OrderEvent>, query: string) {
  const taken = connect(shop).iterate({ query });
  const first = taken.next();
  await events.followers(1);
  events.publish({ cursor: "c-1", order: { id: "1", status: "OPEN" } });
  const { value } = await first;
  await taken.return?.();
  await events.followers(0);
  return value as ExecutionResult;
}

describe("with the subgraphs in this process", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.close());

  test("an answer tells its points, its calls to sources, and what was cached and stale", async () => {
    const { body } = await post(shop, MIXED);
    expect(body.errors).toBeUndefined();
    expect(body.extensions).toEqual({
      cost: { points: 10, actualPoints: 3, sourceCalls: 2, cached: 1, stale: 4, ...QUOTA },
      stale: STALE,
    });
  });

  test("where nothing is stale there is no note of it", async () => {
    const { body } = await post(shop, '{ stock(sku: "cached") }');
    expect(body.extensions).toEqual({
      cost: { points: 0, actualPoints: 0, sourceCalls: 0, cached: 1, stale: 0, ...QUOTA },
    });
  });

  test("requests at the same time have each their own count", async () => {
    const live = '{ a: stock(sku: "live") b: stock(sku: "live") }';
    const bodies = await Promise.all([
      post(shop, live),
      post(shop, '{ stock(sku: "cached") }'),
      post(shop, live),
    ]);
    const counts = bodies.map(({ body }) => body.extensions?.["cost"]);
    expect(counts).toMatchObject([{ sourceCalls: 2 }, { sourceCalls: 0 }, { sourceCalls: 2 }]);
  });

  test("an answer in which something is null tells its points alone, one that never ran tells nothing", async () => {
    const { body } = await post(shop, '{ broken stock(sku: "live") }');
    expect(body.errors).toHaveLength(1);
    // What was read could tell that somebody else has what is null here.
    expect(body.extensions).toEqual({ cost: { points: 0, actualPoints: 0, ...QUOTA } });
    expect((await post(shop, "{ nothing }")).body).not.toHaveProperty("extensions");
    expect((await post(shop, "query ($q: Int!) { orders { id } }")).body).not.toHaveProperty(
      "extensions",
    );
  });

  test("a mutation tells its points", async () => {
    const { body } = await post(shop, 'mutation { rename(id: 1, status: "OPEN") { id } }');
    expect(body.extensions).toEqual({
      replayed: ["1"],
      cost: { points: 11, actualPoints: 11, ...QUOTA },
    });
  });

  test("operations on a socket and on an event stream tell the same", async () => {
    const onSocket = await askOnSocket(shop, { query: MIXED });
    expect(onSocket.extensions).toMatchObject({ cost: { points: 10, stale: 4 }, stale: STALE });
    const stream = await openEvents(shop.url, { method: "POST", query: MIXED });
    const { data } = (await stream.next()) as { readonly data: ExecutionResult };
    expect(data.extensions).toEqual({
      ...onSocket.extensions,
      cost: { ...(onSocket.extensions?.["cost"] as object), ...QUOTA },
    });
  });

  test("an event tells what in it is stale", async () => {
    const event = await takeEvent(shop, shop.events, CHANGES);
    expect(event.errors).toBeUndefined();
    expect(event.extensions).toEqual({ stale: STALE.slice(1) });
  });

  test("an event in which nothing is stale tells nothing", async () => {
    const fresh = "subscription { orderChanged { cursor order { id status } } }";
    expect(await takeEvent(shop, shop.events, fresh)).not.toHaveProperty("extensions");
  });

  test("what the owner of an event reads for it is told with the event", async () => {
    const query = "subscription { orderChanged { cursor order { id stockNote } } }";
    const event = await takeEvent(shop, shop.events, query);
    expect(event.extensions).toEqual({ stale: [ERP_NOTE] });
  });

  test("reads are counted by the names of operations", async () => {
    const counting = await openShop();
    await post(counting, MIXED, { authorization: "Bearer portal" });
    await post(counting, MIXED, { authorization: "Bearer portal" });
    await post(counting, '{ stock(sku: "live") }');
    await post(counting, 'query Junk { stock(sku: "live") }');
    await takeEvent(counting, counting.events, CHANGES);
    const text = await counting.metrics();
    await counting.close();
    const figure = (name: string, operation: string) =>
      new RegExp(`crossdock_gateway_operation_${name}_total\\{operation="${operation}"\\} (\\d+)`)
        .exec(text)
        ?.at(1);
    const names = ["answers", "points", "source_calls", "cached_values", "stale_values"];
    expect(names.map((name) => figure(name, "Mixed"))).toEqual(["2", "20", "4", "2", "8"]);
    expect(names.map((name) => figure(name, "Changes"))).toEqual(["1", "0", "0", "0", "1"]);
    expect(figure("source_calls", "anonymous")).toBe("1");
    expect(figure("source_calls", "other")).toBe("1");
    expect(figure("source_calls", "Junk")).toBeUndefined();
  });

  test("how old an answer may be reaches the resolvers, by header and by message", async () => {
    const asked = async (header?: string) => {
      const headers = header === undefined ? {} : { "Crossdock-Max-Age": header };
      return (await post(shop, "{ maxAgeMs }", headers)).body.data;
    };
    expect(await asked()).toEqual({ maxAgeMs: null });
    expect(await asked("0")).toEqual({ maxAgeMs: 0 });
    expect(await asked("86400")).toEqual({ maxAgeMs: 86_400_000 });
    const onSocket = { query: "{ maxAgeMs }", extensions: { maxAge: 5 } };
    expect((await askOnSocket(shop, onSocket)).data).toEqual({ maxAgeMs: 5_000 });
    expect((await askOnSocket(shop, { query: "{ maxAgeMs }" })).data).toEqual({ maxAgeMs: null });
  });

  test("an age that cannot be read is refused by name before anything runs", async () => {
    const before = shop.contexts.length;
    for (const header of ["", "-1", "1.5", "86401", "1e3", "5s", "5, 6"]) {
      const { status, body } = await post(shop, "{ maxAgeMs }", { "crossdock-max-age": header });
      expect([header, status]).toEqual([header, 400]);
      expect(body.errors).toEqual([
        {
          message: `The header Crossdock-Max-Age ${JSON.stringify(header)} is not valid: expected whole seconds from 0 to 86400.`,
          extensions: { code: "BAD_USER_INPUT" },
        },
      ]);
    }
    for (const maxAge of [-1, 1.5, 86_401, "5"]) {
      const refusal: unknown = await askOnSocket(shop, {
        query: "{ maxAgeMs }",
        extensions: { maxAge },
      }).catch((errors: unknown) => errors);
      expect(refusal).toMatchObject([
        {
          message: expect.stringMatching(/^extensions\.maxAge /),
          extensions: { code: "BAD_USER_INPUT" },
        },
      ]);
    }
    expect(shop.contexts.length).toBe(before);
  });
});

describe("with the subgraphs in another process", () => {
  const events = createTopic<OrderEvent>();
  const served: ServedSubgraph[] = [];
  const remotes: HttpTransport[] = [];
  let shop: Shop;
  beforeAll(async () => {
    const subgraphs: Record<string, HttpTransport> = {};
    for (const [name, subgraph] of Object.entries(subgraphsOf(events, []))) {
      const place = await serveSubgraph(subgraph);
      const remote = createHttpTransport({ url: place.url });
      subgraphs[name] = remote;
      served.push(place);
      remotes.push(remote);
    }
    shop = await openShop({ subgraphs }, events);
  });
  afterAll(async () => {
    await shop.close();
    await Promise.all(remotes.map((remote) => remote.close()));
    await Promise.all(served.map((place) => place.kill()));
  });

  test("an answer tells what it took there", async () => {
    const { body } = await post(shop, MIXED);
    expect(body.extensions).toEqual({
      cost: { points: 10, actualPoints: 3, sourceCalls: 2, cached: 1, stale: 4, ...QUOTA },
      stale: STALE,
    });
  });

  test("an event tells what in it is stale", async () => {
    const query = "subscription { orderChanged { cursor order { id stockNote carrier } } }";
    expect((await takeEvent(shop, events, query)).extensions).toEqual({ stale: STALE });
  });

  test("how old an answer may be is handed on", async () => {
    const { body } = await post(shop, "{ maxAgeMs }", { "crossdock-max-age": "30" });
    expect(body.data).toEqual({ maxAgeMs: 30_000 });
  });
});
