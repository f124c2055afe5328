import { setImmediate } from "node:timers/promises";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { CustomerNumber, Instant, Viewer } from "@crossdock/domain";
import { buildSchema, parse } from "graphql";
import type { ExecutionResult } from "graphql";
import { composeSupergraph } from "../composition/compose.ts";
import { RequestTimeoutError } from "../errors/gateway-errors.ts";
import type { GatewayOptions } from "../gateway.ts";
import { sha256Of } from "../operations/safelist.ts";
import { newRequest } from "../request.ts";
import type { GatewayRequest } from "../request.ts";
import { openShop } from "../testing/shop.ts";
import type { AskedOperation } from "./asked-operation.ts";
import { createLocalTransport } from "./local-transport.ts";
import { createSharedRuns } from "./shared-runs.ts";

const schema = buildSchema("type Query { stock(sku: ID): Int } type Mutation { take: Int }");
const STOCK = "query Stock($sku: ID) { stock(sku: $sku) }";

function ask(text: string, variables: AskedOperation["variables"] = {}): AskedOperation {
  const [document, queryHash] = [parse(text), sha256Of(text)];
  return { schema, document, queryHash, operationName: undefined, variables };
}

const VIEWER: Viewer = {
  id: "user-1",
  name: "Pat",
  clientId: "shop",
  role: "portal",
  scopes: ["orders:read"],
  customers: ["C10010" as CustomerNumber],
  expiresAt: "2100-01-01T00:00:00.000Z" as Instant,
};

function from(viewer: Viewer | null, more: Partial<GatewayRequest> = {}): GatewayRequest {
  const signal = new AbortController().signal;
  const authorization = viewer === null ? null : "Bearer 1";
  const parts = { correlationId: "cart-7", viewer, authorization, signal, maxAgeMs: null };
  return newRequest({ ...parts, ...more });
}

/** However busy the machine is. */
const LONG_MS = 60_000;

/** Runs that go on until the test answers them. */
function openRuns({ joinableMs } = { joinableMs: LONG_MS }) {
  const begun: { asked: AskedOperation; request: GatewayRequest; answer: () => void }[] = [];
  let shared = 0;
  const runs = createSharedRuns({
    metrics: { queryShared: () => (shared += 1) },
    limits: { joinableMs },
  });
  const run = runs.over(
    (asked, request) =>
      new Promise<ExecutionResult>((resolve) => {
        const number = begun.length;
        const end = (stock: number | null) => {
          resolve({ data: { stock } });
        };
        if (request.signal.aborted) end(null);
        request.signal.addEventListener("abort", () => {
          end(null);
        });
        begun.push({
          asked,
          request,
          answer: () => {
            end(number);
          },
        });
      }),
  );
  return {
    run,
    runs,
    begun,
    shared: () => shared,
    answerAll: () => begun.map((one) => one.answer()),
  };
}

const stocksOf = async (results: readonly Promise<ExecutionResult>[]) =>
  (await Promise.all(results)).map(({ data }) => data?.["stock"]);

test("a hundred who ask the same at once are answered by one run, and those who ask later by another", async () => {
  const { run, begun, shared, answerAll } = openRuns();
  const all = Array.from({ length: 100 }, () => run(ask(STOCK, { sku: "A" }), from(VIEWER)));
  expect(begun).toHaveLength(1);
  expect(shared()).toBe(99);
  answerAll();
  expect(new Set(await stocksOf(all))).toEqual(new Set([0]));
  const later = run(ask(STOCK, { sku: "A" }), from(VIEWER));
  answerAll();
  expect(await stocksOf([later])).toEqual([1]);
});

const COLLEAGUE: Viewer = { ...VIEWER, id: "user-2" };
test.each<[string, AskedOperation, GatewayRequest]>([
  ["another person", ask(STOCK), from(COLLEAGUE)],
  ["the same person's other scopes", ask(STOCK), from({ ...VIEWER, scopes: [] })],
  ["the same person's other token", ask(STOCK), from(VIEWER, { authorization: "Bearer 2" })],
  ["nobody in particular", ask(STOCK), from(null)],
  ["other variables", ask(STOCK, { sku: "B" }), from(VIEWER)],
  ["another text", ask("{ stock }"), from(VIEWER)],
  ["younger values", ask(STOCK), from(VIEWER, { maxAgeMs: 1_000 })],
  [
    "another contract",
    { ...ask(STOCK), schema: buildSchema("type Query { a: Int }") },
    from(VIEWER),
  ],
  ["more variables than are looked at", ask(STOCK, { sku: "x".repeat(9_000) }), from(VIEWER)],
])("nothing is shared with %s", async (_name, asked, request) => {
  const { run, begun, answerAll } = openRuns();
  const both = [run(ask(STOCK), from(VIEWER)), run(asked, request)];
  expect(begun).toHaveLength(2);
  answerAll();
  expect(await stocksOf(both)).toEqual([0, 1]);
});

test("what began too long ago is joined by nobody", async () => {
  const { run, begun, answerAll } = openRuns({ joinableMs: -1 });
  const both = [run(ask(STOCK), from(VIEWER)), run(ask(STOCK), from(VIEWER))];
  expect(begun).toHaveLength(2);
  answerAll();
  await Promise.all(both);
});

test("a mutation runs as often as it is sent", async () => {
  const { run, begun, answerAll } = openRuns();
  const all = [1, 2, 3].map(() => run(ask("mutation { take }"), from(VIEWER)));
  expect(begun).toHaveLength(3);
  answerAll();
  await Promise.all(all);
});

test("what a caller was answered meanwhile, or an event, closes what began before", async () => {
  const { run, runs, begun, answerAll } = openRuns();
  const all = [run(ask(STOCK), from(VIEWER)), run(ask("mutation { take }"), from(VIEWER))];
  begun[1]?.answer();
  await all[1];
  all.push(run(ask(STOCK), from(VIEWER)));
  expect(begun).toHaveLength(3);
  runs.outdate();
  all.push(run(ask(STOCK), from(VIEWER)));
  expect(begun).toHaveLength(4);
  answerAll();
  expect(await stocksOf(all)).toEqual([0, 1, 2, 3]);
});

test("who leaves is answered at once and takes nothing from the others; the last who leaves ends the run", async () => {
  const { run, begun, answerAll } = openRuns();
  const leaving = [1, 2, 3].map(() => new AbortController());
  const [first, second, third] = leaving.map(({ signal }) =>
    run(ask(STOCK), from(VIEWER, { signal })),
  );
  leaving[0]?.abort(new RequestTimeoutError(1));
  expect(await first).toEqual({ data: { stock: null } });
  expect(begun[0]?.request.signal.aborted).toBe(false);
  leaving[1]?.abort(new RequestTimeoutError(1));
  await second;
  expect(begun[0]?.request.signal.aborted).toBe(false);
  leaving[2]?.abort(new RequestTimeoutError(1));
  expect(await third).toEqual({ data: { stock: null } });
  expect(begun[0]?.request.signal.reason).toBeInstanceOf(RequestTimeoutError);
  answerAll();
});

test("all are told what is stale and cached, and the calls to sources are told once", async () => {
  const { run, begun, answerAll } = openRuns();
  const requests = [1, 2].map(() => from(VIEWER));
  const all = requests.map((request) => run(ask(STOCK), request));
  const { reads } = begun[0]?.request ?? from(null);
  reads.noteCall();
  reads.noteCached();
  reads.noteMissing("wms");
  reads.noteStale("erp", "2026-09-11T05:40:00.000Z" as Instant);
  answerAll();
  await Promise.all(all);
  expect(requests.map((request) => request.reads)).toMatchObject([
    { sourceCalls: 1, cached: 1, stale: 1 },
    { sourceCalls: 0, cached: 1, stale: 1 },
  ]);
  for (const request of requests) {
    expect([...request.reads.staleSince.keys(), ...request.reads.missing]).toEqual(["erp", "wms"]);
  }
});

describe("over HTTP", () => {
  const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
    type Query { stock: Int @tag(name: "public") broken: Int @tag(name: "public") }`;
  const IDS = ["cart-1", "cart-2", "cart-3"];

  /** A shop that answers when the test lets it. */
  async function openWaitingShop(options: Pick<GatewayOptions, "coalesce"> = {}) {
    let asked = 0;
    const waiting: (() => void)[] = [];
    const resolvers = {
      Query: {
        stock: () => {
          asked += 1;
          return new Promise((resolve) => {
            waiting.push(() => {
              resolve(7);
            });
          });
        },
        broken: () => {
          throw new Error("password=hunter2");
        },
      },
    };
    const subgraph = createLocalTransport({
      schema: buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers }]),
      createContext: () => null,
    });
    const shop = await openShop({
      supergraphSdl: composeSupergraph([{ name: "orders", url: "http://orders.test", sdl: SDL }]),
      subgraphs: { orders: subgraph },
      limits: { joinableMs: LONG_MS },
      ...options,
    });
    const answers = Promise.all(
      IDS.map(async (id) => {
        const response = await fetch(shop.url, {
          method: "POST",
          headers: { "content-type": "application/json", "x-correlation-id": id },
          body: JSON.stringify({ query: "{ stock broken }" }),
        });
        return (await response.json()) as Answer;
      }),
    );
    return { shop, asked: () => asked, answers, letGo: () => waiting.forEach((go) => go()) };
  }

  type Answer = {
    readonly data: object;
    readonly errors: readonly { readonly extensions: object }[];
    readonly extensions: { readonly cost: { readonly points: number } };
  };

  test("errors are everybody's, each under the id of its own request, and everybody pays", async () => {
    const { shop, asked, answers, letGo } = await openWaitingShop();
    await shop.until(/crossdock_gateway_queries_shared_total 2/);
    letGo();
    const told = await answers;
    expect(asked()).toBe(1);
    expect(told.map(({ data }) => data)).toEqual(IDS.map(() => ({ stock: 7, broken: null })));
    expect(told.map(({ errors }) => errors[0]?.extensions)).toEqual(
      IDS.map((correlationId) => ({ code: "INTERNAL_SERVER_ERROR", correlationId })),
    );
    for (const id of IDS) expect(shop.logLines.some((line) => line.includes(id))).toBe(true);
    const [first, ...others] = told.map(({ extensions }) => extensions.cost.points);
    expect(others).toEqual([first, first]);
    await shop.close();
  });

  test("nothing is shared where it is switched off", async () => {
    const { shop, asked, answers, letGo } = await openWaitingShop({ coalesce: false });
    while (asked() < IDS.length) await setImmediate();
    letGo();
    await answers;
    expect(await shop.metrics()).toContain("crossdock_gateway_queries_shared_total 0");
    await shop.close();
  });
});
