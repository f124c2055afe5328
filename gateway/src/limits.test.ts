import { setTimeout as sleep } from "node:timers/promises";
import type { GatewayOptions } from "./gateway.ts";
import { openPolicyOf } from "./policy/client-policies.ts";
import type { ClientPolicies, ClientPolicy } from "./policy/client-policies.ts";
import { createMemoryMinutes } from "./policy/memory-minutes.ts";
import { ask, WAYS_IN } from "./testing/ask-every-way.ts";
import type { Answer, WayIn } from "./testing/ask-every-way.ts";
import { openShop } from "./testing/shop.ts";
import type { Shop } from "./testing/shop.ts";

/** A minute of these tests. */
const MINUTE_SECONDS = 3;
const LOOK_AGAIN_MS = 10;
const ORDERS = "{ orders { id } }"; // may cost 10 points and costs 3
const CHANGES = "subscription { orderChanged { cursor order { id } } }";

const shops: Shop[] = [];
afterEach(() => Promise.all(shops.splice(0).map((shop) => shop.close())));

async function open(options: Partial<GatewayOptions>): Promise<Shop> {
  const shop = await openShop({ minutes: createMemoryMinutes(MINUTE_SECONDS), ...options });
  shops.push(shop);
  return shop;
}

/** The same for every client. */
function agreed(policy: Partial<ClientPolicy>): ClientPolicies {
  return {
    policyOf: (viewer) => ({ ...openPolicyOf(viewer), ...policy }),
    onChange: () => () => undefined,
  };
}

const extensionsOf = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions);
const firstOf = (answer: Answer) => extensionsOf(answer)?.[0] ?? {};

describe.each(WAYS_IN)("over %s", (way: WayIn) => {
  test.each([
    ["maxDepth", "DEPTH_LIMIT", "{ order(id: 1) { next { next { next { id } } } } }"],
    ["maxAliases", "BAD_USER_INPUT", "{ order(id: 1) { a: id b: id c: id d: id } }"],
    [
      "maxFields",
      "BAD_USER_INPUT",
      "{ order(id: 1) { ...A next { ...A } } } fragment A on Order { id id id status status status }",
    ],
    [
      "maxRootFields",
      "BAD_USER_INPUT",
      "{ stock(sku: 1) price(quantity: 1) busy slow maxAgeMs broken }",
    ],
    ["maxOperationPoints", "COST_LIMIT", "{ orders { next { id } } }"],
  ] as const)("an operation over %s is refused with %s", async (limit, code, query) => {
    const shop = await open({
      limits: {
        maxDepth: 4,
        maxAliases: 3,
        maxFields: 12,
        maxRootFields: 5,
        maxOperationPoints: 19,
      },
    });
    const answer = await ask(way, shop.url, query);
    expect(extensionsOf(answer)).toEqual([expect.objectContaining({ code, limit })]);
    expect(answer.data ?? null).toBeNull();
    if (answer.http !== undefined) expect(answer.http.status).toBe(400);
    expect(shop.contexts).toHaveLength(0);
    expect(await shop.metrics()).toContain(`operations_refused_total{limit="${limit}"} 1`);
  });

  test("a document of too many tokens is read no further", async () => {
    const shop = await open({ limits: { maxTokens: 20 } });
    const answer = await ask(way, shop.url, `{ orders { ${"id ".repeat(30)}} }`);
    expect(extensionsOf(answer)).toEqual([{ code: "GRAPHQL_PARSE_FAILED" }]);
    expect(answer.errors?.[0]?.message).toMatch(/more that 20 tokens/);
  });

  test("who has used its minute up is told when to come again, and is served then; others all the while", async () => {
    const shop = await open({ clientPolicies: agreed({ pointsPerMinute: 14 }) });
    expect((await ask(way, shop.url, ORDERS)).errors).toBeUndefined(); // 3
    expect((await ask(way, shop.url, ORDERS)).errors).toBeUndefined(); // 6
    const over = await ask(way, shop.url, ORDERS);
    expect(firstOf(over)).toMatchObject({
      code: "RATE_LIMITED",
      limit: "pointsPerMinute",
      max: 14,
    });
    expect(over.errors?.[0]?.message).toMatch(/10 points; of your 14 a minute 8 are left/);
    const seconds = firstOf(over)["retryAfterSeconds"] as number;
    expect([1, MINUTE_SECONDS]).toContain(seconds);
    if (over.http !== undefined) {
      expect(over.http.status).toBe(429);
      expect(over.http.headers.get("retry-after")).toBe(String(seconds));
    }
    expect((await ask(way, shop.url, "{ order(id: 1) { id } }")).errors).toBeUndefined();
    expect((await ask(way, shop.url, ORDERS, "colleague")).errors).toBeUndefined();
    await sleep(seconds * 1_000);
    expect((await ask(way, shop.url, ORDERS)).errors).toBeUndefined();
  });
});

test("an operation that would never fit into the client's quota is refused for good", async () => {
  const shop = await open({ clientPolicies: agreed({ pointsPerMinute: 9 }) });
  const answer = await ask("POST", shop.url, ORDERS);
  expect(firstOf(answer)).toEqual({
    code: "COST_LIMIT",
    limit: "pointsPerMinute",
    points: 10,
    max: 9,
  });
  expect(answer.http?.headers.get("retry-after")).toBeNull();
});

test("what is told is what is left: what was not used is given back, and nothing is for free", async () => {
  const shop = await open({ clientPolicies: agreed({ pointsPerMinute: 100 }) });
  const told = async (query: string) => (await ask("POST", shop.url, query)).extensions?.["cost"];
  expect(await told(ORDERS)).toMatchObject({ points: 10, actualPoints: 3, remaining: 97 });
  expect(await told("{ maxAgeMs }")).toMatchObject({ points: 0, actualPoints: 0, remaining: 96 });
  expect(await told('{ order(id: "none") { id } }')).toMatchObject({ remaining: 95 });
  expect(await told("{ order(id: 1) { shipments { id } } }")).toMatchObject({
    points: 11,
    actualPoints: 2,
    limitPerMinute: 100,
    remaining: 93,
  });
});

/** Operations that run until they are left. @returns once all have begun */
async function startSlow(shop: Shop, count: number): Promise<{ leave: () => Promise<void> }> {
  const leaving = new AbortController();
  // each another query: the same one of the same caller would be run once
  const running = Array.from({ length: count }, (_, index) =>
    fetch(shop.url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer portal" },
      body: JSON.stringify({ query: `{ s${String(index)}: slow orders { id } }` }),
      signal: leaving.signal,
    }).catch(() => undefined),
  );
  while (shop.contexts.length < count) await sleep(LOOK_AGAIN_MS);
  return {
    leave: async () => {
      leaving.abort();
      await Promise.all(running);
    },
  };
}

test("what an operation may cost is not there for another while it runs", async () => {
  const shop = await open({
    clientPolicies: agreed({ pointsPerMinute: 20 }),
    minutes: createMemoryMinutes(),
  });
  const slow = await startSlow(shop, 1);
  expect((await ask("POST", shop.url, ORDERS)).errors).toBeUndefined(); // leaves 7
  expect(firstOf(await ask("POST", shop.url, ORDERS))["limit"]).toBe("pointsPerMinute");
  await slow.leave();
});

test("as many operations of a client run at once as may, and the next is told to wait", async () => {
  const shop = await open({ clientPolicies: agreed({ concurrentOperations: 2 }) });
  const slow = await startSlow(shop, 2);
  for (const way of WAYS_IN) {
    expect(firstOf(await ask(way, shop.url, ORDERS))).toMatchObject({
      code: "RATE_LIMITED",
      limit: "concurrentOperations",
      retryAfterSeconds: 1,
    });
  }
  expect((await ask("POST", shop.url, ORDERS, "colleague")).errors).toBeUndefined();
  await slow.leave();
  while ((await ask("POST", shop.url, ORDERS)).errors !== undefined) await sleep(LOOK_AGAIN_MS);
});

test("who has taken its calls to the sources waits for the next minute", async () => {
  const shop = await open({ clientPolicies: agreed({ sourceCallsPerMinute: 3 }) });
  const live = '{ a: stock(sku: "live") b: stock(sku: "live") }';
  expect((await ask("POST", shop.url, ORDERS)).errors).toBeUndefined();
  expect((await ask("POST", shop.url, live)).errors).toBeUndefined();
  expect((await ask("POST", shop.url, live)).errors).toBeUndefined(); // one was left, and it is not broken off
  const over = await ask("POST", shop.url, ORDERS);
  expect(firstOf(over)).toMatchObject({ code: "RATE_LIMITED", limit: "sourceCallsPerMinute" });
  expect(over.http?.status).toBe(429);
  await sleep((firstOf(over)["retryAfterSeconds"] as number) * 1_000);
  expect((await ask("POST", shop.url, live)).errors).toBeUndefined();
});

test("a subscription costs one of its events when it is opened", async () => {
  const shop = await open({ clientPolicies: agreed({ pointsPerMinute: 3 }) });
  const [socket, stream] = ["WebSocket", "server-sent events"] as const;
  const first = ask(socket, shop.url, CHANGES);
  await shop.events.followers(1);
  shop.events.publish({ cursor: "c-1", order: { id: "1", status: "OPEN" } });
  expect((await first).errors).toBeUndefined();
  await shop.events.followers(0);
  for (const way of [socket, stream]) {
    const over = await ask(way, shop.url, CHANGES);
    expect(firstOf(over)).toMatchObject({ code: "RATE_LIMITED", limit: "pointsPerMinute" });
  }
});

test("who does not say who he is shares a quota with his address, and with nobody who does", async () => {
  const shop = await open({
    clientPolicies: agreed({ pointsPerMinute: 10 }),
    addressOf: ({ headers }) => String(headers["x-test-address"] ?? "192.0.2.1"),
  });
  expect((await ask("POST", shop.url, ORDERS, null)).errors).toBeUndefined();
  expect(firstOf(await ask("WebSocket", shop.url, ORDERS, null))["code"]).toBe("RATE_LIMITED");
  expect((await ask("POST", shop.url, ORDERS)).errors).toBeUndefined();
  const elsewhere = await fetch(shop.url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-test-address": "192.0.2.2" },
    body: JSON.stringify({ query: ORDERS }),
  });
  expect(await elsewhere.json()).not.toHaveProperty("errors");
});

test("a partner has one quota, whatever its programs sign in as; people of one application have each their own", async () => {
  const partners = await open({
    clientPolicies: agreed({ pointsPerMinute: 10, audience: "partner" }),
  });
  expect((await ask("POST", partners.url, ORDERS, "portal")).errors).toBeUndefined();
  expect(firstOf(await ask("POST", partners.url, ORDERS, "colleague"))["code"]).toBe(
    "RATE_LIMITED",
  );
});

test("a refusal is logged with its reason, once for a while, and without what was sent", async () => {
  const shop = await open({ limits: { maxOperationPoints: 9 } });
  for (let time = 0; time < 3; time += 1) await ask("POST", shop.url, ORDERS);
  const lines = shop.logLines.filter((line) => line.includes("over a limit"));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "info",
    client: "test",
    limit: "maxOperationPoints",
  });
  expect(lines[0]).not.toMatch(/orders|portal/);
});
