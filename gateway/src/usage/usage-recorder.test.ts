import { createLogger } from "@crossdock/runtime";
import { buildSchema, parse } from "graphql";
import { composeShop, openShop, type Shop } from "../testing/shop.ts";
import { createUsageRecorder, OTHER_OPERATIONS } from "./usage-recorder.ts";
import type { UsageBatch, UsageStore } from "./usage-store.ts";

const logger = createLogger({ name: "test", level: "silent" });

/** A store that may fail, and what it was handed. */
function openStore() {
  const batches: UsageBatch[] = [];
  const state = { fails: false };
  const store: UsageStore = {
    add: (batch) => {
      if (state.fails) return Promise.reject(new Error("The ledger is away."));
      batches.push(batch);
      return Promise.resolve();
    },
  };
  return { store, batches, state, uses: () => batches.flatMap(({ uses }) => uses) };
}

const schema = buildSchema(`
  type Query { orders(filter: Filter, sort: Sort): [Order] node: Node }
  interface Node { id: ID! }
  type Order implements Node { id: ID! total(in: String): Int lines: [Order] }
  input Filter { status: Sort, any: [Filter!], text: String }
  enum Sort { NEWEST OLDEST }`);

const viewerOf = (clientId: string) => ({ clientId }) as never;
const NOON_MS = Date.parse("2026-11-22T12:00:00Z");

function openRecorder(options: { readonly maxSignatures?: number; readonly nowMs?: () => number }) {
  const opened = openStore();
  const nowMs = () => NOON_MS;
  const recorder = createUsageRecorder({ store: opened.store, logger, nowMs, ...options });
  const record = (clientId: string, text: string, variables: Record<string, unknown> = {}) => {
    const document = parse(text);
    const viewer = viewerOf(clientId);
    recorder.record({ schema, document, operationName: undefined, variables, viewer });
  };
  return { ...opened, recorder, record };
}

test("an operation is counted by what it asks for, whatever its literals and spaces are", async () => {
  const { recorder, record, batches } = openRecorder({});
  record(
    "acme",
    '{ orders(filter: { text: "a" }, sort: OLDEST) { id ...f } } fragment f on Order { total(in: "EUR") }',
  );
  record(
    "acme",
    '{ orders(sort: OLDEST, filter: { text: "b" }) { total(in: "USD") id __typename } }',
  );
  await recorder.stop();
  expect(batches).toHaveLength(1);
  expect(batches[0]?.uses).toMatchObject([{ usedOn: "2026-11-22", clientId: "acme", count: 2 }]);
  expect(batches[0]?.shapes).toMatchObject([
    {
      operationName: null,
      kind: "query",
      coordinates: [
        "Filter.text",
        "Order.id",
        "Order.total",
        "Order.total(in:)",
        "Query.orders",
        "Query.orders(filter:)",
        "Query.orders(sort:)",
        "Sort.OLDEST",
      ],
    },
  ]);
});

test("what is in the variables is counted, and no value of them is kept", async () => {
  const { recorder, record, uses, batches } = openRecorder({});
  const text = "query Q($f: Filter, $s: Sort) { orders(filter: $f, sort: $s) { id } }";
  record("acme", text, { f: { text: "secret", any: [{ status: "NEWEST" }, {}] }, s: "OLDEST" });
  record("acme", text, { f: { text: null } });
  await recorder.stop();
  expect(Object.fromEntries(uses()[0]?.inVariables ?? [])).toEqual({
    "Filter.text": 2,
    "Filter.any": 1,
    "Filter.status": 1,
    "Sort.NEWEST": 1,
    "Sort.OLDEST": 1,
  });
  expect(JSON.stringify(batches)).not.toContain("secret");
});

test("clients and days are counted apart, and a shape is handed over once a day", async () => {
  const clock = { nowMs: NOON_MS };
  const { recorder, record, batches } = openRecorder({ nowMs: () => clock.nowMs });
  record("acme", "{ node { id } }");
  record("other", "{ node { id } }");
  await recorder.flush();
  record("acme", "{ node { id } }");
  await recorder.flush();
  clock.nowMs += 86_400_000;
  record("acme", "{ node { id } }");
  await recorder.stop();
  expect(batches.map(({ shapes }) => shapes.length)).toEqual([1, 0, 1]);
  expect(
    batches.flatMap(({ uses }) => uses.map(({ clientId, usedOn }) => `${clientId} ${usedOn}`)),
  ).toEqual(["acme 2026-11-22", "other 2026-11-22", "acme 2026-11-22", "acme 2026-11-23"]);
});

test("a client with too many operations is counted place by place", async () => {
  const { recorder, record, uses } = openRecorder({ maxSignatures: 1 });
  record("acme", "{ node { id } }");
  record("acme", "{ orders { total } }");
  record("acme", "{ orders { id } }");
  await recorder.stop();
  expect(uses()).toHaveLength(2);
  expect(uses()[1]).toMatchObject({ signature: OTHER_OPERATIONS, count: 2 });
  expect(uses()[1]?.inVariables.get("Query.orders")).toBe(2);
  expect(uses()[1]?.inVariables.get("Order.total")).toBe(1);
});

test("while the store is away nothing is lost", async () => {
  const { recorder, record, state, uses, batches } = openRecorder({});
  state.fails = true;
  record("acme", "{ node { id } }");
  await recorder.flush();
  record("acme", "{ node { id } }");
  await recorder.flush();
  expect(uses()).toEqual([]);
  state.fails = false;
  await recorder.stop();
  expect(uses()).toMatchObject([{ count: 2 }]);
  expect(batches[0]?.shapes).toHaveLength(1);
});

describe("at the gateway", () => {
  const { store, batches, uses } = openStore();
  let shop: Shop;
  beforeAll(async () => {
    const reason = "Use state; since 2026-11-01 until 2027-03-31.";
    const supergraphSdl = composeShop().replace(
      "status: String! @join__field(graph: ORDERS)",
      `status: String! @join__field(graph: ORDERS) @deprecated(reason: "${reason}")`,
    );
    expect(supergraphSdl).toContain("@deprecated");
    shop = await openShop({ supergraphSdl, usageStore: store });
  });

  const ask = (query: string, accept = "application/json") =>
    fetch(shop.url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer portal", accept },
      body: JSON.stringify({ query }),
    });

  test("an answer that used what is deprecated says so in its headers, any other does not", async () => {
    const deprecated = await ask('query Status { order(id: "1") { status } }');
    expect(await deprecated.json()).toMatchObject({ data: { order: { status: "OPEN" } } });
    expect(deprecated.headers.get("deprecation")).toBe("@1793491200");
    expect(deprecated.headers.get("sunset")).toBe("Thu, 01 Apr 2027 00:00:00 GMT");
    const other = await ask('query Ids { order(id: "1") { id } }');
    expect(other.headers.get("deprecation")).toBeNull();
    expect(other.headers.get("sunset")).toBeNull();
  });

  test("queries over HTTP and event streams, and subscriptions, are counted for their client; what is refused is not", async () => {
    await (await ask("query Streamed { orders { id } }", "text/event-stream")).text();
    await (await ask("query Wrong { orders { nothing } }")).text();
    const leaving = new AbortController();
    const stream = await fetch(shop.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: "Bearer portal",
        accept: "text/event-stream",
      },
      body: JSON.stringify({ query: "subscription Live { orderChanged { order { id } } }" }),
      signal: leaving.signal,
    });
    await shop.until(/crossdock_gateway_subscriptions\{transport="sse"\} 1/);
    leaving.abort();
    await stream.text().catch(() => undefined);
    await shop.close();
    const names = new Map(
      batches.flatMap(({ shapes }) => shapes).map((shape) => [shape.signature, shape]),
    );
    const counted = uses().map(
      (use) =>
        `${use.clientId} ${String(names.get(use.signature)?.operationName)} ${String(use.count)}`,
    );
    expect(counted.sort()).toEqual([
      "test Ids 1",
      "test Live 1",
      "test Status 1",
      "test Streamed 1",
    ]);
  });
});
