import { createLogger } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";
import { loadSnapshot } from "../execution/snapshot.ts";
import type { SupergraphSnapshot } from "../execution/snapshot.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { newRequest } from "../request.ts";
import { composeShop, SHIPMENTS_DOWN, subgraphsOf } from "../testing/shop.ts";
import type { OrderEvent } from "../testing/shop.ts";
import { createTopic } from "../testing/topic.ts";
import { completeEvent } from "./complete-event.ts";
import { createPrepare } from "./prepare.ts";
import type { PreparedSubscription } from "./prepare.ts";
import { shapeEvent } from "./shape-event.ts";
import { upstreamOperationOf } from "./upstream-operation.ts";

const logger = createLogger({ name: "gateway", level: "silent" });
const topic = createTopic<OrderEvent>();
let snapshot: SupergraphSnapshot;
let ofStock: SupergraphSnapshot;
let left: string[] = [];
beforeAll(async () => {
  const subgraphs = subgraphsOf(topic, []);
  const options = { supergraphSdl: composeShop(), subgraphs, logger };
  const leftToStock = (reason: string) => void left.push(reason);
  snapshot = await loadSnapshot({ ...options, execution: { kind: "compiled", leftToStock } });
  ofStock = await loadSnapshot({ ...options, execution: { kind: "stock", leftToStock } });
});

beforeEach(() => {
  left = [];
});

const request = newRequest({
  correlationId: "test",
  viewer: null,
  authorization: null,
  signal: new AbortController().signal,
  maxAgeMs: null,
});

async function prepared(
  query: string,
  variables: Record<string, unknown> = {},
  on = snapshot,
): Promise<PreparedSubscription> {
  const prepare = createPrepare(DEFAULT_LIMITS, () => "portal");
  const made = await prepare(on, { query, variables }, null);
  if (made.kind !== "subscription") throw new Error("It is a subscription.");
  return made;
}

/** What the owning subgraph tells of one event. */
async function eventOf(subscription: PreparedSubscription): Promise<ExecutionResult> {
  const { query, document } = upstreamOperationOf(subscription);
  const call = { query, document, variables: subscription.variables, request };
  const source = await snapshot.subgraphs["orders"]?.subscribe(call);
  if (source === undefined || !(Symbol.asyncIterator in source)) throw new Error("It opens.");
  const event = source.next();
  topic.publish({ cursor: "c-1", order: { id: "7", status: "OPEN" } });
  const step = await event;
  await source.return?.();
  return step.value as ExecutionResult;
}

test("an event is shaped as the stock executor shapes it", async () => {
  const documents: readonly (readonly [string, Record<string, unknown>])[] = [
    ["subscription { orderChanged { order { id } } }", {}],
    ["subscription { orderChanged { __typename cursor order { __typename status id } } }", {}],
    ["subscription { first: orderChanged { at: cursor o: order { status: id id: status } } }", {}],
    [
      "subscription($w: Boolean!) { orderChanged { cursor order { id @include(if: $w) status @skip(if: $w) } } }",
      { w: true },
    ],
    [
      "subscription { ...E } fragment E on Subscription { orderChanged { ... on OrderEvent { order { ...O } } } } fragment O on Order { id next { id next { status } } }",
      {},
    ],
  ];
  for (const [query, variables] of documents) {
    const subscription = await prepared(query, variables);
    const event = await eventOf(subscription);
    const shaped = shapeEvent(subscription, event);
    const stock = await completeEvent(await prepared(query, variables, ofStock), event, request);
    expect([query, JSON.stringify(shaped)]).toEqual([query, JSON.stringify({ data: stock.data })]);
  }
});

test("what needs another subgraph, or holds an error, takes a request", async () => {
  const remote = await prepared("subscription { orderChanged { order { carrier } } }");
  expect(shapeEvent(remote, await eventOf(remote))).toBeNull();
  const own = await prepared("subscription { orderChanged { cursor } }");
  expect(shapeEvent(own, { data: { orderChanged: { cursor: null } } })).toBeNull();
  expect(shapeEvent(own, { data: null })).toBeNull();
});

test.each([
  ["subscription { orderChanged { order { carrier id shipments { id } } } }", "7"],
  ["subscription { orderChanged { cursor order { shipments { id } } } }", SHIPMENTS_DOWN],
  ["subscription { orderChanged { order { id status } } }", null],
])("an event is completed as the stock executor completes it: %s", async (query, id) => {
  const subscription = await prepared(query);
  const event = await eventOf(subscription);
  const order = { __typename: "Order", id, status: "OPEN" };
  const data = { orderChanged: { __typename: "OrderEvent", cursor: "c-1", order } };
  const told = { ...event, data };
  const before = structuredClone(told);
  const answer = await completeEvent(subscription, told, request);
  expect(told).toEqual(before);
  const stock = await completeEvent(await prepared(query, {}, ofStock), told, request);
  const shown = ({ data: shownData, errors, extensions }: ExecutionResult) =>
    JSON.stringify([shownData, errors, extensions]);
  expect(shown(answer)).toBe(shown(stock));
  expect(left).toEqual(id === null ? ["malformed"] : []);
});

test("what cannot be compiled is completed by the stock executor, which is counted", async () => {
  const query = "subscription { orderChanged { constructor: cursor } }";
  const subscription = await prepared(query);
  const event = { data: { orderChanged: { constructor: "c-1" } } };
  expect(shapeEvent(subscription, event)).toBeNull();
  const { data } = await completeEvent(subscription, event, request);
  expect(JSON.stringify(data)).toBe('{"orderChanged":{"constructor":"c-1"}}');
  expect(left).toEqual(["name"]);
});
