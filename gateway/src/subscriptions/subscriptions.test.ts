import { createClient } from "graphql-ws";
import type { Client, ExecutionResult } from "graphql-ws";
import { WebSocket } from "ws";
import { openShop, SHIPMENTS_DOWN } from "../testing/shop.ts";
import type { OrderEvent, Shop } from "../testing/shop.ts";
import { openEvents } from "../testing/sse-client.ts";

let shop: Shop;
const clients: Client[] = [];
beforeAll(async () => {
  shop = await openShop({
    limits: { maxQueuedEvents: 3, maxSubscriptionsPerSocket: 2 },
  });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await shop.events.followers(0);
});
afterAll(() => shop.close());

const CHANGES =
  "subscription { orderChanged { cursor order { id status shipments { trackingNumber } } } }";

/** @param token none when absent */
function connect(token?: string): {
  client: Client;
  closed: Promise<{ code: number; reason: string }>;
} {
  let onClosed: (event: { code: number; reason: string }) => void = () => undefined;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    onClosed = resolve;
  });
  const client = createClient({
    url: shop.url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
    on: { closed: (event) => onClosed(event as { code: number; reason: string }) },
  });
  clients.push(client);
  return { client, closed };
}

const subscribe = (query: string, token?: string) => connect(token).client.iterate({ query });

function change(id: string): OrderEvent {
  return { cursor: `c-${id}`, order: { id, status: "SHIPPED" } };
}

/** What a client gets for `change(id)`. */
const changed = (id: string) => ({
  data: {
    orderChanged: {
      cursor: `c-${id}`,
      order: { id, status: "SHIPPED", shipments: [{ trackingNumber: `1Z-S-${id}` }] },
    },
  },
});

type OrderData = { readonly orderChanged: OrderEvent };

/** More than the buffers of a local socket hold. */
const MAX_PUBLISHED = 200;

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 2));

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await nextTurn();
}

const codeOf = (result: ExecutionResult<unknown, unknown> | null | undefined) =>
  result?.errors?.[0]?.extensions?.["code"];

test("an event is completed with the fields of another subgraph, over a WebSocket", async () => {
  const events = subscribe(CHANGES, "portal");
  const first = events.next();
  await shop.events.followers(1);
  shop.events.publish(change("1"));
  shop.events.publish(change("2"));
  expect((await first).value).toEqual(changed("1"));
  expect((await events.next()).value).toEqual(changed("2"));
  expect(await shop.metrics()).toMatch(
    /crossdock_gateway_subscriptions\{transport="websocket"\} 1/,
  );
});

test("what one subscriber selects does not show up in what another gets of the same event", async () => {
  const wide = subscribe(CHANGES);
  const narrow = subscribe("subscription { orderChanged { order { status: id } } }");
  const first = [wide.next(), narrow.next()];
  await shop.events.followers(2);
  shop.events.publish(change("1"));
  expect((await first[0])?.value).toEqual(changed("1"));
  expect((await first[1])?.value).toEqual({ data: { orderChanged: { order: { status: "1" } } } });
});

test("every event is a request of its own", async () => {
  const events = subscribe(CHANGES);
  const first = events.next();
  await shop.events.followers(1);
  const before = shop.contexts.length;
  shop.events.publish(change("1"));
  await first;
  shop.events.publish(change("2"));
  await events.next();
  const ids = shop.contexts.slice(before).map(({ request }) => request.requestId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(4); // the owning subgraph and the other one, twice
});

test("when the other subgraph fails, its field is null and the stream goes on", async () => {
  const events = subscribe(CHANGES);
  const first = events.next();
  await shop.events.followers(1);
  shop.events.publish(change(SHIPMENTS_DOWN));
  shop.events.publish(change("2"));
  const broken = (await first).value as ExecutionResult;
  expect(broken.data).toHaveProperty("orderChanged.order.shipments", null);
  expect(broken.errors?.[0]).toMatchObject({
    message: "Something went wrong on our side.",
    path: ["orderChanged", "order", "shipments"],
    extensions: { code: "INTERNAL_SERVER_ERROR", correlationId: expect.any(String) },
  });
  expect((await events.next()).value).toEqual(changed("2"));
});

test("a refusal of the subgraph is one result, then the end", async () => {
  const events = subscribe("subscription { refusedStream { cursor } }");
  const refusal = (await events.next()).value as ExecutionResult;
  expect(codeOf(refusal)).toBe("BAD_USER_INPUT");
  expect((await events.next()).done).toBe(true);
});

test("what is wrong with an operation is said before anything is opened", async () => {
  const before = shop.contexts.length;
  const cases = {
    "subscription {": "GRAPHQL_PARSE_FAILED",
    "subscription { nothing }": "GRAPHQL_VALIDATION_FAILED",
    "subscription($w: Boolean!) { orderChanged @include(if: $w) { cursor } }": "BAD_USER_INPUT",
    "subscription { ...F } fragment F on Subscription { orderChanged @skip(if: false) { cursor } }":
      "BAD_USER_INPUT",
    "subscription($id: ID!) { orderChanged(id: $id) { cursor } }": "BAD_USER_INPUT",
    "subscription A { orderChanged { cursor } } subscription B { orderChanged { cursor } }":
      "BAD_USER_INPUT",
  };
  for (const [query, code] of Object.entries(cases)) {
    const refusal: unknown = await subscribe(query)
      .next()
      .catch((errors: unknown) => errors);
    expect([query, refusal]).toEqual([query, [expect.objectContaining({ extensions: { code } })]]);
  }
  expect(shop.contexts.length).toBe(before);
});

test("queries and mutations are answered on the socket, too", async () => {
  const { client } = connect("portal");
  const query = client.iterate({ query: "{ viewer { id } }" });
  expect((await query.next()).value).toMatchObject({ data: { viewer: { id: "user-1" } } });
  const broken = client.iterate({ query: "{ broken }" });
  expect(codeOf((await broken.next()).value as ExecutionResult)).toBe("INTERNAL_SERVER_ERROR");
});

test("the source is let go when the client unsubscribes and when its socket dies", async () => {
  const { client } = connect();
  const stop = client.subscribe(
    { query: CHANGES },
    { next: () => undefined, error: () => undefined, complete: () => undefined },
  );
  await shop.events.followers(1);
  stop();
  await shop.events.followers(0);
  const second = connect().client;
  second.subscribe(
    { query: CHANGES },
    { next: () => undefined, error: () => undefined, complete: () => undefined },
  );
  await shop.events.followers(1);
  second.terminate();
  await shop.events.followers(0);
});

test("a socket with a bad token is closed with 4403", async () => {
  const { client, closed } = connect("wrong");
  await expect(client.iterate({ query: CHANGES }).next()).rejects.toMatchObject({ code: 4403 });
  expect((await closed).code).toBe(4403);
});

test("when the token expires the stream says so and ends, and the socket closes", async () => {
  const { client, closed } = connect("short");
  const events = client.iterate({ query: CHANGES });
  const last = (await events.next()).value as ExecutionResult;
  expect(codeOf(last)).toBe("UNAUTHENTICATED");
  expect((await events.next()).done).toBe(true);
  expect((await closed).code).toBe(4403);
});

test("a socket holds no more operations than it may", async () => {
  const { client } = connect();
  const pending = [client.iterate({ query: CHANGES }), client.iterate({ query: CHANGES })];
  for (const events of pending) void events.next().catch(() => undefined);
  await shop.until(/crossdock_gateway_subscriptions\{transport="websocket"\} 2/);
  const refusal: unknown = await client
    .iterate({ query: CHANGES })
    .next()
    .catch((errors: unknown) => errors);
  const extensions = { code: "RATE_LIMITED", limit: "maxSubscriptionsPerSocket" };
  expect(refusal).toEqual([expect.objectContaining({ extensions })]);
});

test("a socket that does not introduce itself is closed", async () => {
  const impatient = await openShop({ limits: { connectionInitTimeoutMs: 20 } });
  const socket = new WebSocket(impatient.url.replace("http", "ws"), "graphql-transport-ws");
  const code = await new Promise((resolve) => socket.once("close", resolve));
  await impatient.close();
  expect(code).toBe(4408);
});

test("a subscriber that does not read is told so and let go, with what it can resume from", async () => {
  const socket = new WebSocket(shop.url.replace("http", "ws"), "graphql-transport-ws");
  const messages: { type: string; payload?: ExecutionResult<OrderData> }[] = [];
  socket.on("message", (data: Buffer) => messages.push(JSON.parse(String(data)) as never));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "connection_init" }));
  const query = "subscription { orderChanged { cursor order { id } } }";
  await until(() => messages.length === 1);
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
  await shop.events.followers(1);

  socket.pause();
  const released = shop.events.followers(0);
  let isReleased = false;
  void released.then(() => (isReleased = true));
  const padding = "x".repeat(500_000);
  for (let sent = 0; !isReleased && sent < MAX_PUBLISHED; sent += 1) {
    shop.events.publish({
      cursor: `${String(sent)}${padding}`,
      order: { id: "1", status: "OPEN" },
    });
    await nextTurn();
  }
  await released;
  socket.resume();
  await until(() => messages.at(-1)?.type === "complete");
  socket.close();

  const results = messages.filter(({ type }) => type === "next").map(({ payload }) => payload);
  expect(results.at(-1)?.errors?.[0]?.extensions).toEqual({
    code: "SLOW_CONSUMER",
    cursor: results.at(-2)?.data?.orderChanged.cursor,
  });
  const cursors = results
    .slice(0, -1)
    .map((result) => parseInt(result?.data?.orderChanged.cursor ?? "", 10));
  expect(cursors).toEqual(cursors.map((_cursor, index) => index)); // in order, with no hole
  expect(await shop.metrics()).toMatch(/subscriptions_ended_total\{.*reason="slow"\} 1/);
});

test("an upgrade of another path, or of a path that is none, is turned away", async () => {
  const { port } = new URL(shop.url);
  for (const path of ["/other", "//", "/graphql/x"]) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, "graphql-transport-ws", {
      finishRequest: (request) => {
        request.path = path;
        request.end();
      },
    });
    const error = await new Promise<Error>((resolve) => socket.once("error", resolve));
    expect([path, error.message]).toEqual([path, "socket hang up"]);
  }
});

test("a client that breaks the protocol of sockets is cut off, and nobody else notices", async () => {
  const socket = new WebSocket(shop.url.replace("http", "ws"), "graphql-transport-ws");
  await new Promise((resolve) => socket.once("open", resolve));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined); // it may be cut while it still sends
  socket.send("x".repeat(3 * 1024 * 1024)); // more than one message may have
  expect([1006, 1009]).toContain(await closed);
  const query = connect().client.iterate({ query: "{ orders { id } }" });
  expect((await query.next()).value).toHaveProperty("data.orders");
});

test.each(["next", "error", "connection_ack"])(
  "a message of type %s, which a server sends, is a bad one when a client does",
  async (type) => {
    const socket = new WebSocket(shop.url.replace("http", "ws"), "graphql-transport-ws");
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.send(JSON.stringify({ type: "connection_init" }));
    socket.send(JSON.stringify({ type, id: "1", payload: [{ message: "x" }] }));
    expect(await closed).toBe(4400);
  },
);

test("events come as server-sent events, too, by POST and by GET", async () => {
  for (const method of ["POST", "GET"] as const) {
    const stream = await openEvents(shop.url, { method, query: CHANGES, token: "portal" });
    expect(stream.contentType).toMatch(/^text\/event-stream/);
    await shop.events.followers(1);
    shop.events.publish(change("1"));
    expect(await stream.next()).toEqual({ event: "next", data: changed("1"), id: "c-1" });
    stream.leave();
    await shop.events.followers(0);
  }
});

test("a client that comes back with Last-Event-ID goes on from there, whatever its `after` says", async () => {
  for (const id of ["i", "ii", "iii"]) shop.events.publish(change(id));
  const queries = {
    literal: 'subscription { orderChanged(after: "c-i") { order { id } } }',
    variable: "subscription($c: String) { orderChanged(after: $c) { order { id } } }",
    byDefault: 'subscription($c: String = "c-i") { orderChanged(after: $c) { order { id } } }',
    absent: "subscription { orderChanged { order { id } } }",
  };
  for (const [name, query] of Object.entries(queries)) {
    for (const method of ["GET", "POST"] as const) {
      const variables = name === "variable" ? { c: "c-i" } : {};
      const options = { method, query, variables, lastEventId: "c-ii" };
      const stream = await openEvents(shop.url, options);
      const event = await stream.next();
      expect([name, event?.id, event?.data]).toEqual([
        name,
        "c-iii",
        { data: { orderChanged: { order: { id: "iii" } } } },
      ]);
      stream.leave();
      await shop.events.followers(0);
    }
  }
  const first = await openEvents(shop.url, { method: "POST", query: queries.literal });
  expect((await first.next())?.id).toBe("c-ii");
  first.leave();
});

test("an event stream ends with its token, with a bad operation, and after a query", async () => {
  const expiring = await openEvents(shop.url, { method: "POST", query: CHANGES, token: "short" });
  expect(codeOf((await expiring.next())?.data as ExecutionResult)).toBe("UNAUTHENTICATED");
  expect(await expiring.next()).toEqual({ event: "complete", data: null });
  expect(await expiring.next()).toBeNull();

  const wrong = await openEvents(shop.url, { method: "POST", query: "subscription { nothing }" });
  expect(codeOf((await wrong.next())?.data as ExecutionResult)).toBe("GRAPHQL_VALIDATION_FAILED");
  expect(await wrong.next()).toEqual({ event: "complete", data: null });

  const query = await openEvents(shop.url, { method: "POST", query: '{ price(quantity: "1") }' });
  expect(await query.next()).toMatchObject({ event: "next", data: { data: { price: "1.00" } } });
  expect(await query.next()).toEqual({ event: "complete", data: null });
});

test("an event stream with a bad token is refused with 401", async () => {
  const refused = await openEvents(shop.url, { method: "POST", query: CHANGES, token: "wrong" });
  expect(refused.status).toBe(401);
});

test("a server that closes sends its clients away as a broken connection would: they come back", async () => {
  const other = await openShop();
  const client = createClient({
    url: other.url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const fates: unknown[] = [];
  client.subscribe(
    { query: CHANGES },
    {
      next: (result) => fates.push(result),
      error: (error) => fates.push((error as { readonly code?: number }).code),
      complete: () => fates.push("complete"),
    },
  );
  const overSse = await openEvents(other.url, { method: "POST", query: CHANGES });
  await other.until(/crossdock_gateway_subscriptions\{transport="websocket"\} 1/);
  await other.until(/crossdock_gateway_subscriptions\{transport="sse"\} 1/);
  await other.close();
  expect(await overSse.next()).toBeNull();
  expect(fates).toEqual([1001]);
  await other.events.followers(0);
});
