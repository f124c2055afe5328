import { createLogger } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";
import { loadSnapshot } from "../execution/snapshot.ts";
import type { SupergraphSnapshot } from "../execution/snapshot.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { newRequest } from "../request.ts";
import { composeShop, subgraphsOf } from "../testing/shop.ts";
import type { OrderEvent } from "../testing/shop.ts";
import { createTopic } from "../testing/topic.ts";
import { createCompleteEvent } from "./complete-event.ts";
import { createPrepare } from "./prepare.ts";
import type { PreparedSubscription } from "./prepare.ts";
import { shapeEvent } from "./shape-event.ts";
import { upstreamOperationOf } from "./upstream-operation.ts";

const logger = createLogger({ name: "gateway", level: "silent" });
const topic = createTopic<OrderEvent>();
let snapshot: SupergraphSnapshot;
beforeAll(async () => {
  const subgraphs = subgraphsOf(topic, []);
  snapshot = await loadSnapshot({ supergraphSdl: composeShop(), subgraphs, logger });
});

const request = newRequest({
  correlationId: "test",
  viewer: null,
  authorization: null,
  signal: new AbortController().signal,
  maxAgeMs: null,
});

function prepared(query: string, variables: Record<string, unknown> = {}): PreparedSubscription {
  const made = createPrepare(
    () => snapshot,
    DEFAULT_LIMITS,
    () => "portal",
  )({ query, variables }, null);
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
    const subscription = prepared(query, variables);
    const event = await eventOf(subscription);
    const shaped = shapeEvent(subscription, event);
    const stock = await createCompleteEvent(logger)(subscription, event, request);
    expect([query, JSON.stringify(shaped)]).toEqual([query, JSON.stringify({ data: stock.data })]);
  }
});

test("what needs another subgraph, or holds an error, is left to the stock executor", async () => {
  const remote = prepared("subscription { orderChanged { order { carrier } } }");
  expect(shapeEvent(remote, await eventOf(remote))).toBeNull();
  const own = prepared("subscription { orderChanged { cursor } }");
  expect(shapeEvent(own, { data: { orderChanged: { cursor: null } } })).toBeNull();
  expect(shapeEvent(own, { data: null })).toBeNull();
});
