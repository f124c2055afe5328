import { carryTrace } from "@crossdock/runtime";
import { collectSpans, type SpanCollection } from "@crossdock/runtime/testing";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { ask } from "../testing/ask-every-way.ts";
import { serveSubgraph } from "../testing/serve-subgraph.ts";
import { openShop, subgraphsOf, type OrderEvent, type Shop } from "../testing/shop.ts";
import { createTopic } from "../testing/topic.ts";
import { createHttpTransport } from "./http-transport.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const CALLER = `00-${TRACE_ID}-b7ad6b7169203331-01`;
const QUERY = "query Look($id: ID!) { order(id: $id) { status shipments { trackingNumber } } }";
const FOLLOW = "subscription { orderChanged { cursor order { id shipments { trackingNumber } } } }";
const SHARED = /crossdock_gateway_subscriptions\{[^}]*\} 3\b/;

let collection: SpanCollection;
let shop: Shop;
beforeEach(async () => {
  collection = collectSpans();
  shop = await openShop();
});
afterEach(async () => {
  await shop.close();
  collection.stop();
});

const post = (headers: Readonly<Record<string, string>>, variables: object = { id: "secret-7" }) =>
  fetch(shop.url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer portal", ...headers },
    body: JSON.stringify({ query: QUERY, variables }),
  });

const treeOf = (name: string) => {
  const spans = collection.spans();
  const names: string[] = [];
  for (let at = spans.find((span) => span.name === name); at !== undefined;) {
    names.push(at.name);
    const { parent } = at;
    at = spans.find(({ id }) => id === parent);
  }
  return names;
};

test("an operation goes on in its caller's trace, with a span for each fetch, and the answer names it", async () => {
  const answer = await post({ traceparent: CALLER });
  expect(answer.headers.get("traceresponse")).toMatch(
    new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`),
  );
  expect(treeOf("subgraph orders")).toEqual(["subgraph orders", "graphql query"]);
  expect(treeOf("subgraph shipments")).toEqual(["subgraph shipments", "graphql query"]);
  expect(new Set(collection.spans().map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));
});

test("what an operation was asked with is in no span", async () => {
  await post({});
  const told = JSON.stringify(collection.spans());
  expect(told).toContain('"graphql.operation.name":"Look"');
  expect(told).not.toMatch(/secret-7|Bearer|trackingNumber/);
});

test("an operation over a socket goes on in the trace that its extensions name", async () => {
  const client = createClient({
    url: shop.url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: "Bearer portal" },
  });
  const answers = client.iterate({
    query: "{ orders { id } }",
    extensions: { traceparent: CALLER },
  });
  await answers.next();
  await client.dispose();
  expect(collection.spans().find(({ name }) => name === "graphql query")?.traceId).toBe(TRACE_ID);
});

test("a bad traceparent is as good as none", async () => {
  const answer = await post({ traceparent: "00-zz-zz-01; drop table" });
  expect(answer.status).toBe(200);
  expect(collection.spans().find(({ name }) => name === "graphql query")?.parent).toBeNull();
});

test("without tracing there is no trace in the answer", async () => {
  collection.stop();
  const answer = await post({ traceparent: CALLER });
  expect(answer.status).toBe(200);
  expect(answer.headers.has("traceresponse")).toBe(false);
});

test("what fails inside is marked, and its message is not told", async () => {
  await ask("POST", shop.url, "{ broken }");
  const failed = collection.spans().find(({ name }) => name === "graphql query");
  expect(failed).toMatchObject({ hasFailed: true });
  expect(JSON.stringify(collection.spans())).not.toContain("hunter2");
});

async function followed(url: string, followers: number, events: Shop["events"]): Promise<string[]> {
  const clients = Array.from({ length: followers }, () =>
    createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 }),
  );
  const first = clients.map((client) => client.iterate({ query: FOLLOW }).next());
  await events.followers(1);
  if (followers === 3) await shop.until(SHARED);
  const event = { cursor: "c-1", order: { id: "1", status: "OPEN" } };
  events.publish(carryTrace(event, CALLER));
  const results = await Promise.all(first);
  await Promise.all(clients.map((client) => client.dispose()));
  return results.map((result) => JSON.stringify(result.value));
}

test("an event that many follow has one delivery in the trace that it comes from, and tells nobody of it", async () => {
  const results = await followed(shop.url, 3, shop.events);
  expect(results.join("")).not.toContain(TRACE_ID);
  const delivered = collection.spans().filter(({ name }) => name === "deliver subscription");
  expect(delivered).toMatchObject([
    {
      traceId: TRACE_ID,
      parent: CALLER.slice(36, 52),
      attributes: { "subscription.subscribers": 3 },
    },
  ]);
  expect(treeOf("subgraph shipments")).toEqual(["subgraph shipments", "deliver subscription"]);
});

test("an event keeps its trace from a subgraph in another process", async () => {
  const events = createTopic<OrderEvent>();
  const { orders, shipments } = subgraphsOf(events, []);
  if (orders === undefined || shipments === undefined) throw new Error("The shop has changed.");
  const served = await serveSubgraph(orders);
  const transport = createHttpTransport({ url: served.url });
  await shop.close();
  shop = await openShop({ subgraphs: { orders: transport, shipments } }, events);
  await followed(shop.url, 1, events);
  await transport.close();
  await served.kill();
  const delivered = collection.spans().find(({ name }) => name === "deliver subscription");
  expect(delivered?.traceId).toBe(TRACE_ID);
});
