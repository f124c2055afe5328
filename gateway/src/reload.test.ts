import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient } from "graphql-ws";
import type { Client, ExecutionResult } from "graphql-ws";
import { WebSocket } from "ws";
import { SupergraphRefusedError } from "./composition/supergraph-refused-error.ts";
import { versionOf } from "./execution/supergraph-version.ts";
import { openChangingShop } from "./testing/changing-shop.ts";
import type { ChangingShop } from "./testing/changing-shop.ts";
import { openEvents } from "./testing/sse-client.ts";
import type { SseClient } from "./testing/sse-client.ts";

let shop: ChangingShop;
const clients: Client[] = [];
const streams: SseClient[] = [];
beforeAll(async () => {
  shop = await openChangingShop({ limits: { schemaChangeSpreadMs: 200 } });
});
beforeEach(async () => {
  const first = shop.version("first");
  if (shop.gateway.supergraph().version !== versionOf(first.supergraphSdl)) {
    await shop.gateway.reload(first);
  }
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  for (const stream of streams.splice(0)) stream.leave();
  await shop.record.followers(0);
});
afterAll(() => shop.close());

type Answer = {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
};

/** What is answered, without what it cost. */
async function ask(query: string): Promise<Answer> {
  const response = await fetch(shop.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as Answer;
  return errors === undefined ? { data } : { data, errors };
}

type Event = { readonly orderChanged: Readonly<Record<string, unknown>> };
type Result = ExecutionResult<Event>;

/** Collects what one subscriber gets, until it is ended. */
function subscribe(query: string) {
  const client = createClient({
    url: shop.url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  clients.push(client);
  const results: Result[] = [];
  let isOver = false;
  client.subscribe<Event>(
    { query },
    {
      next: (result) => void results.push(result as Result),
      error: () => (isOver = true),
      complete: () => (isOver = true),
    },
  );
  return { results, isOver: () => isOver };
}

const cursorsOf = (results: readonly Result[]) =>
  results.map(({ data }) => data?.orderChanged["cursor"]);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await pause(2);
}

/** Resolves when as many are open; they share their upstreams, which so tell nothing of their number. */
async function subscribed(count: number): Promise<void> {
  for (;;) {
    const open = (await shop.metrics()).matchAll(/crossdock_gateway_subscriptions\{.*\} (\d+)/g);
    if ([...open].reduce((sum, [, some]) => sum + Number(some), 0) === count) return;
    await pause(5);
  }
}

async function subscribeOverSse(query: string): Promise<SseClient> {
  const stream = await openEvents(shop.url, { method: "POST", query });
  streams.push(stream);
  return stream;
}

const WITH_TRACKING = "subscription { orderChanged { cursor order { id status trackingNumber } } }";
const WITH_NOTE = "subscription { orderChanged { cursor order { note } } }";

test("a request in flight finishes on the schema that it began with, the next one has the new one", async () => {
  const inFlight = ask("{ slow }");
  await shop.slowBegan;
  const { version, outcome } = await shop.gateway.reload(shop.version("added"));
  expect(outcome).toBe("served");
  expect(await ask('{ order(id: "1") { weight } }')).toEqual({ data: { order: { weight: 7 } } });
  shop.release();
  expect(await inFlight).toEqual({ data: { slow: "first" } });
  expect(await ask("{ slow }")).toEqual({ data: { slow: "added" } });
  expect(shop.gateway.supergraph()).toMatchObject({ version, lastRefused: null });
  expect(await shop.metrics()).toContain(
    `crossdock_gateway_supergraph_info{version="${version}"} 1`,
  );
});

test("what has gone from the schema is refused from then on", async () => {
  await shop.gateway.reload(shop.version("removed"));
  const { errors } = await ask('{ order(id: "1") { note } }');
  expect(errors?.[0]?.message).toMatch(/Cannot query field "note"/);
});

test("a supergraph that cannot be served is refused with what is wrong, and the one before goes on", async () => {
  const first = shop.gateway.supergraph().version;
  const { supergraphSdl, subgraphs } = shop.version("added");
  const cases: [RegExp, Parameters<typeof shop.gateway.reload>[0]][] = [
    [/does not parse/, { supergraphSdl: "type {" }],
    [/names no subgraphs/, { supergraphSdl: "type Query { a: Int }" }],
    [/shipments: Order\.weight is not in the subgraph that runs here/, { supergraphSdl }],
    [
      /without a transport: shipments/,
      { supergraphSdl, subgraphs: { orders: subgraphs["orders"] as never } },
    ],
    [
      /Unknown type|GraphQLError|Invalid/i,
      { supergraphSdl: supergraphSdl.replace("weight: Int", "weight: Gram"), subgraphs },
    ],
  ];
  for (const [says, options] of cases) {
    const refusal = await shop.gateway.reload(options).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SupergraphRefusedError);
    expect(String(refusal)).toMatch(says);
  }
  expect(shop.gateway.supergraph().version).toBe(first);
  expect(shop.gateway.supergraph().lastRefused?.problems).toHaveLength(1);
  expect(await shop.metrics()).toMatch(/supergraph_reloads_total\{outcome="refused"\} 5/);
  expect(await ask('{ order(id: "1") { note } }')).toEqual({
    data: { order: { note: "fragile" } },
  });
});

test("the same supergraph again changes nothing", async () => {
  const { supergraphSdl } = shop.version("first");
  expect(await shop.gateway.reload({ supergraphSdl })).toMatchObject({ outcome: "unchanged" });
});

test("a check tells what would end and what is guarded less, and serves nothing", async () => {
  const { version } = shop.gateway.supergraph();
  for (const query of [WITH_NOTE, WITH_NOTE, WITH_TRACKING]) subscribe(query);
  await subscribed(3);
  const { supergraphSdl, subgraphs } = shop.version("added");
  await shop.gateway.reload({ supergraphSdl, subgraphs });
  expect(await shop.gateway.check(shop.version("first").supergraphSdl)).toMatchObject({
    version,
    problems: [],
    weakened: [],
    broken: [],
  });
  const ending = await shop.gateway.check(shop.version("removed").supergraphSdl);
  expect(ending.broken).toEqual([
    {
      query: WITH_NOTE,
      operationName: null,
      running: 2,
      reasons: [expect.stringMatching(/"note"/)],
    },
  ]);
});

test("a guard that falls is told of", async () => {
  const { weakened } = await shop.gateway.reload(shop.version("added"));
  expect(weakened).toEqual(["Query.audited is no longer @authenticated."]);
});

test("subscriptions that are still valid go on over both transports, with no hole and no double", async () => {
  const ws = subscribe(WITH_TRACKING);
  const sse = await subscribeOverSse(WITH_TRACKING);
  await subscribed(2);
  const before = shop.record.count;
  let isDone = false;
  const publishing = (async () => {
    while (!isDone) {
      shop.record.publish("1");
      await pause(10);
    }
  })();
  for (const name of ["added", "moved", "removed"] as const) {
    await shop.gateway.reload(shop.version(name));
    await pause(20);
  }
  isDone = true;
  await publishing;
  const expected = numbers(before + 1, shop.record.count);
  await until(() => ws.results.length >= expected.length);
  expect(cursorsOf(ws.results)).toEqual(expected);
  const overSse: Result[] = [];
  while (overSse.length < expected.length) overSse.push((await sse.next())?.data as Result);
  expect(cursorsOf(overSse)).toEqual(expected);
  expect([...ws.results, ...overSse].filter(({ errors }) => errors !== undefined)).toEqual([]);
  const statuses = new Set(
    ws.results.map(({ data }) => JSON.stringify(data?.orderChanged["order"])),
  );
  expect(statuses).toEqual(
    new Set(
      ["OPEN", "SHIPPED"].map((status) =>
        JSON.stringify({ id: "1", status, trackingNumber: "1Z-1" }),
      ),
    ),
  );
});

test("a plan with the same upstream keeps it; with another one it is opened again from the cursor", async () => {
  const { subgraphs } = shop.version("added"); // answers the first version, too
  await shop.gateway.reload({ ...shop.version("first"), subgraphs });
  const { results } = subscribe(WITH_TRACKING);
  await shop.record.followers(1);
  shop.record.publish("1");
  await until(() => results.length === 1);
  const opened = shop.record.opened;
  const kept = await shop.gateway.reload({ ...shop.version("added"), subgraphs });
  expect(kept.subscriptions).toEqual({ kept: 1, reopened: 0, ended: 0 });
  expect(shop.record.opened).toBe(opened);
  const moved = await shop.gateway.reload(shop.version("moved"));
  expect(moved.subscriptions).toEqual({ kept: 0, reopened: 1, ended: 0 });
  await until(() => shop.record.opened === opened + 1);
  await shop.record.followers(1);
  shop.record.publish("2");
  await until(() => results.length === 2);
  expect(results[1]?.data?.orderChanged["order"]).toEqual({
    id: "2",
    status: "SHIPPED",
    trackingNumber: "1Z-2",
  });
});

test("who has not had an event yet misses none either", async () => {
  const { results } = subscribe(WITH_TRACKING);
  await shop.record.followers(1);
  const before = shop.record.count;
  await shop.gateway.reload(shop.version("moved"));
  for (let published = 0; published < 5; published += 1) shop.record.publish("1");
  await until(() => results.length === 5);
  expect(cursorsOf(results)).toEqual(numbers(before + 1, before + 5));
  await shop.record.followers(1);
});

test("a subscription that is no longer valid ends with SCHEMA_CHANGED and loses nothing when it comes again", async () => {
  const ws = Array.from({ length: 10 }, () => subscribe(WITH_NOTE));
  const sse = await subscribeOverSse(WITH_NOTE);
  await subscribed(11);
  shop.record.publish("1");
  await until(() => ws.every(({ results }) => results.length === 1));
  await sse.next();
  const cursor = String(shop.record.count);
  const endedAtMs: number[] = [];
  const { subscriptions } = await shop.gateway.reload(shop.version("removed"));
  expect(subscriptions).toEqual({ kept: 0, reopened: 0, ended: 11 });
  const swappedAtMs = performance.now();
  await Promise.all(
    ws.map(async ({ isOver }) => {
      await until(isOver);
      endedAtMs.push(performance.now() - swappedAtMs);
    }),
  );
  for (const { results } of ws) {
    expect(results.at(-1)?.errors).toEqual([
      {
        message: expect.stringMatching(/no longer valid: Cannot query field "note"/),
        extensions: { code: "SCHEMA_CHANGED", cursor },
      },
    ]);
  }
  expect((await sse.next())?.data).toHaveProperty("errors.0.extensions.code", "SCHEMA_CHANGED");
  expect(Math.max(...endedAtMs) - Math.min(...endedAtMs)).toBeGreaterThan(20);
  expect(await shop.metrics()).toMatch(/subscriptions_ended_total\{.*reason="schema_changed"\} 10/);
  shop.record.publish("2");
  const again = subscribe(
    WITH_NOTE.replace("orderChanged", `orderChanged(after: "${cursor}")`).replace("note", "id"),
  );
  await until(() => again.results.length === 1);
  expect(again.results[0]?.data?.orderChanged["order"]).toEqual({ id: "2" });
});

test("a subscription whose end was announced stays when the schema comes back before", async () => {
  const patient = await openChangingShop({ limits: { schemaChangeSpreadMs: 60_000 } });
  const before = shop;
  shop = patient;
  const { results, isOver } = subscribe(WITH_NOTE);
  await patient.record.followers(1);
  await patient.gateway.reload(patient.version("removed"));
  const back = await patient.gateway.reload(patient.version("first"));
  expect(back.subscriptions.ended).toBe(0);
  patient.record.publish("1");
  await until(() => results.length === 1);
  expect(isOver()).toBe(false);
  shop = before;
  await patient.close();
});

test("nothing of a supergraph is kept after its last request and stream", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const { results } = subscribe(WITH_TRACKING);
  await shop.record.followers(1);
  const replaced = await serveAnotherAndForget("added");
  shop.record.publish("1"); // over what is to be collected
  await until(() => results.length === 1);
  await ask('{ order(id: "1") { weight } }');
  expect(replaced.deref()).toBeDefined();
  await shop.gateway.reload(shop.version("moved"));
  shop.record.publish("2");
  await until(() => results.length === 2);
  for (let tries = 0; replaced.deref() !== undefined && tries < 50; tries += 1) {
    await pause(20);
    collectGarbage();
  }
  expect(replaced.deref()).toBeUndefined();
});

/** @returns a transport that only the gateway holds */
async function serveAnotherAndForget(name: "added"): Promise<WeakRef<object>> {
  const { supergraphSdl, subgraphs } = shop.version(name);
  await shop.gateway.reload({ supergraphSdl, subgraphs });
  return new WeakRef(subgraphs["orders"] as object);
}
