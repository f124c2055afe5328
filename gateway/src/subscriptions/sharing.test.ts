import { createClient } from "graphql-ws";
import type { Client, ExecutionResult } from "graphql-ws";
import { WebSocket } from "ws";
import { createHttpTransport } from "../execution/http-transport.ts";
import type { HttpTransport } from "../execution/http-transport.ts";
import type { GatewayLimits } from "../limits.ts";
import { serveSubgraph } from "../testing/serve-subgraph.ts";
import type { ServedSubgraph } from "../testing/serve-subgraph.ts";
import { openShop, SHIPMENTS_DOWN, subgraphsOf } from "../testing/shop.ts";
import type { OrderEvent, Shop } from "../testing/shop.ts";
import { createTopic } from "../testing/topic.ts";

const WHOLE = "subscription { orderChanged { cursor order { id shipments { trackingNumber } } } }";
const UPSTREAMS = /crossdock_gateway_upstreams (\d+)/;
const EXECUTIONS = /crossdock_gateway_subscription_executions_total (\d+)/;

type Result = ExecutionResult<{ orderChanged: OrderEvent }>;

const clients: Client[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));

const change = (id: number | string): OrderEvent => ({
  cursor: `c-${String(id)}`,
  order: { id: String(id), status: "OPEN" },
});

/** What one client gets, in order. */
type Taken = {
  readonly results: Result[];
  readonly stop: () => void;
  /** Resolves with the ids of the orders, when there are as many results. */
  readonly ids: (count: number) => Promise<readonly string[]>;
};

function take(
  shop: Shop,
  query: string,
  options: { token?: string; variables?: Record<string, unknown>; client?: Client } = {},
): Taken {
  const { token, variables = {}, client = connect(shop, token) } = options;
  const results: Result[] = [];
  const stop = client.subscribe(
    { query, variables },
    {
      next: (result) => void results.push(result as Result),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return {
    results,
    stop,
    ids: async (count) => {
      while (results.length < count) await nextTurn();
      return results.map(({ data }) => data?.orderChanged.order.id ?? "none");
    },
  };
}

function connect({ url }: Shop, token?: string): Client {
  const client = createClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  clients.push(client);
  return client;
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 2));

async function figure(shop: Shop, metric: RegExp): Promise<number> {
  return Number(metric.exec(await shop.metrics())?.[1]);
}

/** Resolves when so many subscriptions are open. */
const subscribed = (shop: Shop, count: number) =>
  shop.until(
    new RegExp(`crossdock_gateway_subscriptions\\{transport="websocket"\\} ${String(count)}\\b`),
  );

describe("within one process", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.events.followers(0));
  afterAll(() => shop.close());

  test("viewers of one authority share an upstream and the execution of an event", async () => {
    const taken = [
      take(shop, WHOLE, { token: "portal" }),
      take(shop, WHOLE, { token: "colleague" }),
      take(shop, WHOLE, { token: "colleague" }),
    ];
    await subscribed(shop, 3);
    await shop.events.followers(1);
    const before = await figure(shop, EXECUTIONS);
    shop.events.publish(change("shared"));
    for (const { ids } of taken) expect(await ids(1)).toEqual(["shared"]);
    expect(await figure(shop, EXECUTIONS)).toBe(before + 1);
    expect(await figure(shop, UPSTREAMS)).toBe(1);
    for (const { stop } of taken) stop();
  });

  test("another account, another operation and other variables have upstreams of their own", async () => {
    const byId = "subscription($id: ID) { orderChanged(id: $id) { cursor order { id } } }";
    const taken = [
      take(shop, WHOLE, { token: "portal" }),
      take(shop, WHOLE, { token: "competitor" }),
      take(shop, WHOLE),
      take(shop, byId, { variables: { id: "1" } }),
      take(shop, byId, { variables: { id: "2" } }),
      take(shop, byId, { variables: { id: "2" } }),
    ];
    await shop.events.followers(5);
    for (const { stop } of taken) stop();
  });

  test("who selects no cursor gets none, and shares with who names the operation otherwise", async () => {
    const bare = take(shop, "subscription Mine { orderChanged { order { id } } }");
    const named = take(shop, "subscription Yours { orderChanged { order { id } } }");
    await subscribed(shop, 2);
    await shop.events.followers(1);
    shop.events.publish(change("bare"));
    await Promise.all([bare.ids(1), named.ids(1)]);
    expect(bare.results).toEqual([{ data: { orderChanged: { order: { id: "bare" } } } }]);
    for (const { stop } of [bare, named]) stop();
  });

  test("who comes back with a cursor joins the others with the next event, and gets each event once", async () => {
    const live = take(shop, WHOLE);
    await shop.events.followers(1);
    for (const id of ["a", "b", "c"]) shop.events.publish(change(id));
    await live.ids(3);
    const after = "subscription($c: String) { orderChanged(after: $c) { cursor order { id } } }";
    const other = take(shop, after);
    await shop.events.followers(2);
    const resumed = take(shop, after, { variables: { c: "c-a" } });
    expect(await resumed.ids(2)).toEqual(["b", "c"]);
    await shop.events.followers(3);
    shop.events.publish(change("d"));
    await shop.events.followers(2);
    shop.events.publish(change("e"));
    expect(await resumed.ids(4)).toEqual(["b", "c", "d", "e"]);
    expect(await other.ids(2)).toEqual(["d", "e"]);
    for (const { stop } of [live, other, resumed]) stop();
  });

  test("who comes back where the others stand opens nothing", async () => {
    const after = "subscription($c: String) { orderChanged(after: $c) { cursor order { id } } }";
    const live = take(shop, after);
    await shop.events.followers(1);
    shop.events.publish(change("here"));
    await live.ids(1);
    const contexts = shop.contexts.length;
    const resumed = take(shop, after, { variables: { c: "c-here" } });
    await subscribed(shop, 2);
    expect(shop.contexts.length).toBe(contexts);
    shop.events.publish(change("there"));
    expect(await resumed.ids(1)).toEqual(["there"]);
    for (const { stop } of [live, resumed]) stop();
  });

  test("an error in the fields of one subgraph is in the shared result, and the next event is whole", async () => {
    const taken = [take(shop, WHOLE), take(shop, WHOLE)];
    await subscribed(shop, 2);
    await shop.events.followers(1);
    shop.events.publish(change(SHIPMENTS_DOWN));
    shop.events.publish(change("fine"));
    for (const { ids, results } of taken) {
      await ids(2);
      expect(results[0]?.data).toHaveProperty("orderChanged.order.shipments", null);
      expect(results[0]?.errors).toHaveLength(1);
      expect(results[1]?.errors).toBeUndefined();
    }
    for (const { stop } of taken) stop();
  });

  test("subscribers who come, go and come back at any moment get every event once, in order", async () => {
    const query = "subscription($c: String) { orderChanged(after: $c) { cursor order { id } } }";
    const total = 400;
    const last = `stress-${String(total)}`;
    const chance = seeded(20_261_121);
    const watcher = take(shop, query);
    await shop.events.followers(1);
    const first = shop.events.published.length;

    async function comeAndGo(): Promise<readonly string[]> {
      const seen: string[] = [];
      let cursor = shop.events.published.at(-1)?.cursor ?? "";
      const client = connect(shop);
      while (seen.at(-1) !== last) {
        const visit = take(shop, query, { client, variables: { c: cursor } });
        const wanted = 1 + Math.floor(chance() * 60);
        const isLast = () => visit.results.at(-1)?.data?.orderChanged.order.id === last;
        while (visit.results.length < wanted && !isLast()) await nextTurn();
        visit.stop();
        for (const { data } of visit.results) {
          seen.push(data?.orderChanged.order.id ?? "none");
          cursor = data?.orderChanged.cursor ?? cursor;
        }
      }
      return seen;
    }

    const visitors = Array.from({ length: 12 }, comeAndGo);
    for (let id = 1; id <= total; id += 1) {
      shop.events.publish(change(`stress-${String(id)}`));
      if (chance() < 0.3) await nextTurn();
    }
    const expected = shop.events.published.slice(first).map(({ order }) => order.id);
    for (const seen of await Promise.all(visitors)) expect(seen).toEqual(expected);
    expect(await watcher.ids(total)).toEqual(expected);
    expect(await figure(shop, UPSTREAMS)).toBe(1);
    watcher.stop();
  });
});

describe("a subgraph in another process", () => {
  let served: ServedSubgraph;
  let transport: HttpTransport;
  let shop: Shop;

  async function open(limits: Partial<GatewayLimits> = {}): Promise<void> {
    const events = createTopic<OrderEvent>();
    const { orders, shipments } = subgraphsOf(events, []);
    if (orders === undefined || shipments === undefined) throw new Error("The shop has both.");
    served = await serveSubgraph(orders);
    transport = createHttpTransport({ url: served.url });
    shop = await openShop({ subgraphs: { orders: transport, shipments }, limits }, events);
  }

  afterEach(async () => {
    await shop.close();
    await transport.close();
    await served.kill();
  });

  test("that is killed over and over loses nothing and doubles nothing", async () => {
    await open({ maxUpstreamBackoffMs: 50 });
    const taken = [take(shop, WHOLE), take(shop, "subscription { orderChanged { order { id } } }")];
    await shop.events.followers(2);
    const expected: string[] = [];
    const publish = (id: string) => {
      expected.push(id);
      shop.events.publish(change(id));
    };
    publish("first");
    await Promise.all(taken.map(({ ids }) => ids(1)));
    for (let round = 0; round < 5; round += 1) {
      publish(`before-${String(round)}`);
      if (round % 2 === 0) await nextTurn();
      await served.kill();
      publish(`while-away-${String(round)}`);
      await served.restart();
      publish(`after-${String(round)}`);
      await shop.events.followers(2);
    }
    for (const { ids } of taken) expect(await ids(expected.length)).toEqual(expected);
    expect(await shop.metrics()).toMatch(/crossdock_gateway_upstreams_reopened_total [1-9]/);
  });

  test("that stays away is told at last, with the cursor to come back with", async () => {
    await open({ maxUpstreamTries: 2, maxUpstreamBackoffMs: 20 });
    const taken = take(shop, WHOLE);
    await shop.events.followers(1);
    shop.events.publish(change("1"));
    await taken.ids(1);
    await served.kill();
    await taken.ids(2);
    expect(taken.results[1]?.errors).toEqual([
      expect.objectContaining({
        extensions: expect.objectContaining({ code: "SOURCE_UNAVAILABLE", cursor: "c-1" }),
      }),
    ]);
    await served.restart();
  });

  test("that goes away before the first event is told at once: from where to go on is not known", async () => {
    await open();
    const taken = take(shop, WHOLE);
    await shop.events.followers(1);
    await served.kill();
    await taken.ids(1);
    expect(taken.results[0]?.errors?.[0]?.extensions).toEqual({ code: "SOURCE_UNAVAILABLE" });
    await served.restart();
  });
});

/** The same chances with every run: a linear congruential generator. @returns 0 up to 1 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
