import { ApolloServer } from "@apollo/server";
import { collectSpans } from "@crossdock/runtime/testing";
import type { GatewayOptions } from "../gateway.ts";
import type { PersistedOperations } from "../operations/persisted-operations.ts";
import { openPolicyOf } from "../policy/client-policies.ts";
import type { ClientPolicies, ClientPolicy } from "../policy/client-policies.ts";
import { ask } from "../testing/ask-every-way.ts";
import {
  LOOK,
  MANIFEST_ID,
  ORDERS,
  post,
  REQUEST_CASES,
  SCHEMA,
} from "../testing/request-cases.ts";
import type { CaseRequest } from "../testing/request-cases.ts";
import { composeShop, openShop } from "../testing/shop.ts";
import type { Shop } from "../testing/shop.ts";
import type { UsageBatch } from "../usage/usage-store.ts";

/** A gateway with the direct path and one without it, of which all else is the same. */
type Pair = { readonly direct: Shop; readonly apollo: Shop };
type Options = (path: keyof Pair) => Partial<GatewayOptions>;

const pairs: Pair[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(pairs.splice(0).map(close));
});

const close = async ({ direct, apollo }: Pair) => {
  await Promise.all([direct.close(), apollo.close()]);
};

async function openPair(options: Options): Promise<Pair> {
  const pair = {
    direct: await openShop({ ...options("direct"), directPath: true }),
    apollo: await openShop({ ...options("apollo"), directPath: false }),
  };
  pairs.push(pair);
  return pair;
}

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const INSTANT = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;
const SECONDS = /"retryAfterSeconds":\d\d\b/g;

/** Without what no two answers have in common. */
async function send({ url }: Shop, { search = "", ...init }: CaseRequest): Promise<Answer> {
  const headers = { ...(init.headers as Record<string, string>), "x-correlation-id": "cart-42" };
  const response = await fetch(url + search, { ...init, headers });
  const told = Object.fromEntries(response.headers);
  delete told["date"];
  if ((told["retry-after"] ?? "").length > 1) told["retry-after"] = "what is left of the minute";
  const body = (await response.text())
    .replaceAll(INSTANT, "an instant")
    .replaceAll(SECONDS, '"retryAfterSeconds":60');
  return { status: response.status, headers: told, body };
}

/**
 * Sends a request to both, and once more: the second time its document is known.
 * @returns the second answer
 */
async function compare(pair: Pair, name: string, request: CaseRequest): Promise<Answer> {
  const once = await send(pair.direct, request);
  expect([name, "once", once]).toEqual([name, "once", await send(pair.apollo, request)]);
  const again = await send(pair.direct, request);
  expect([name, "again", again]).toEqual([name, "again", await send(pair.apollo, request)]);
  return again;
}

/** Whether a request is answered without Apollo's pipeline. */
async function isDirect(shop: Shop, request: CaseRequest): Promise<boolean> {
  const pipeline = jest.spyOn(ApolloServer.prototype, "executeHTTPGraphQLRequest");
  pipeline.mockClear();
  await send(shop, request);
  return pipeline.mock.calls.length === 0;
}

/** What is counted, but for how long it took. */
async function counted(shop: Shop): Promise<readonly string[]> {
  const lines = (await shop.metrics()).split("\n");
  return lines.filter((line) => /^crossdock_gateway_/.test(line) && !/_bucket|_sum/.test(line));
}

/** What is logged, but for when and where. */
function logged({ logLines }: Shop): readonly unknown[] {
  return logLines.map((line) => {
    const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const { level, msg, correlationId, operation, limit, path, subgraph } = entry;
    return { level, msg, correlationId, operation, limit, path, subgraph };
  });
}

/** However often it was handed over. */
function usesOf(batches: readonly UsageBatch[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { clientId, signature, count } of batches.flatMap(({ uses }) => uses)) {
    const key = `${clientId} ${signature}`;
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return counts;
}

const manifests: PersistedOperations = {
  clients: () => [],
  promotedOf: () => MANIFEST,
  onChange: () => () => undefined,
  noteUnknown: () => undefined,
};
const MANIFEST = [{ id: MANIFEST_ID, name: "Look", type: "query", body: LOOK }] as const;

/** So that answers tell of it. */
const DEPRECATING = composeShop().replace(
  "status: String! @join__field(graph: ORDERS)",
  'status: String! @join__field(graph: ORDERS) @deprecated(reason: "Until 2027-03-31.")',
);

test("every request has the same answer by both paths, and is counted and logged the same", async () => {
  const used = { direct: [] as UsageBatch[], apollo: [] as UsageBatch[] };
  const tallied = { direct: [] as unknown[], apollo: [] as unknown[] };
  const pair = await openPair((path) => ({
    supergraphSdl: DEPRECATING,
    limits: { maxDepth: 6, maxBodyBytes: 10_000, requestTimeoutMs: 500 },
    persistedOperations: manifests,
    usageStore: { add: async (batch) => void used[path].push(batch) },
    clientActivity: { note: (...told) => void tallied[path].push(told) },
  }));
  for (const [name, request, direct] of REQUEST_CASES) {
    await compare(pair, name, request);
    expect([name, await isDirect(pair.direct, request)]).toEqual([name, direct]);
    await send(pair.apollo, request);
  }
  expect(await counted(pair.direct)).toEqual(await counted(pair.apollo));
  expect(logged(pair.direct)).toEqual(logged(pair.apollo));
  expect(tallied.direct).toEqual(tallied.apollo);
  await close(pair);
  expect(usesOf(used.direct).size).toBeGreaterThan(10);
  expect(usesOf(used.direct)).toEqual(usesOf(used.apollo));
}, 60_000);

test("who may not introspect may not by a document that is known either", async () => {
  const pair = await openPair(() => ({ introspection: false }));
  const { body } = await compare(pair, "introspection", post({ query: SCHEMA }));
  expect(body).toContain("GRAPHQL_VALIDATION_FAILED");
});

const agreed = (policy: Partial<ClientPolicy>): ClientPolicies => ({
  policyOf: (viewer) => ({ ...openPolicyOf(viewer), ...policy }),
  onChange: () => () => undefined,
});

test("a client has the same quota by both paths, and is told the same of it", async () => {
  const pair = await openPair(() => ({
    limits: { maxOperationPoints: 30 },
    clientPolicies: agreed({ pointsPerMinute: 12 }),
  }));
  const dear = post({ query: "{ orders { next { next { id } } } }" });
  expect(await compare(pair, "COST_LIMIT", dear)).toMatchObject({ status: 400 });
  expect(
    (await compare(pair, "never fits", post({ query: "{ orders { next { id } } }" }))).body,
  ).toMatch(/"limit":"pointsPerMinute".*COST_LIMIT/);
  const answer = await compare(pair, "RATE_LIMITED", post({ query: ORDERS }));
  expect(answer).toMatchObject({ status: 429 });
  expect(answer.headers).toHaveProperty("retry-after");
  expect(await counted(pair.direct)).toEqual(await counted(pair.apollo));
});

test("by sockets and event streams the answers are the same, too", async () => {
  const pair = await openPair(() => ({}));
  const questions = [
    ORDERS,
    "{ broken orders { id } }",
    "{ refused }",
    "{ nothing }",
    "{ a:__typename",
  ];
  for (const way of ["WebSocket", "server-sent events"] as const) {
    for (const question of [...questions, ...questions]) {
      const [direct, apollo] = await Promise.all(
        [pair.direct, pair.apollo].map(async ({ url }) =>
          JSON.stringify(await ask(way, url, question)),
        ),
      );
      const plain = (text = "") =>
        text.replaceAll(INSTANT, "").replaceAll(/"correlationId":"[^"]+"/g, "");
      expect([way, question, plain(direct)]).toEqual([way, question, plain(apollo)]);
    }
  }
});

test("the spans of both paths say the same", async () => {
  const collection = collectSpans();
  const pair = await openPair(() => ({}));
  const request = post({ query: "query Look { broken orders { id } }" });
  await compare(pair, "traced", request).catch(() => undefined); // answers name different traces
  const toldOf = async (shop: Shop) => {
    const before = collection.spans().length;
    const { headers } = await send(shop, request);
    expect(headers).toHaveProperty("traceresponse");
    const spans = collection.spans().slice(before);
    return spans.map(({ name, attributes, hasFailed }) => ({ name, attributes, hasFailed }));
  };
  const told = await toldOf(pair.direct);
  expect(told.map(({ name }) => name)).toContain("graphql query");
  expect(told).toEqual(await toldOf(pair.apollo));
  collection.stop();
});

test("by both paths a client that goes is heard", async () => {
  const pair = await openPair(() => ({ limits: { requestTimeoutMs: 20_000 } }));
  for (const shop of [pair.direct, pair.apollo]) {
    for (const time of [1, 2]) {
      const leaving = new AbortController();
      const { search: _, ...init } = post({ query: "{ slow }" });
      const asked = fetch(shop.url, { ...init, signal: leaving.signal }).catch(() => undefined);
      while (shop.contexts.length < time) await new Promise((resolve) => setTimeout(resolve, 5));
      leaving.abort();
      await asked;
      const { signal } = shop.contexts[time - 1]?.request ?? {};
      while (signal?.aborted === false) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(signal?.reason).toHaveProperty("name", "ClientGoneError");
    }
  }
});
