import type { Viewer } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import { GraphQLError, parse } from "graphql";
import type { ExecutionResult } from "graphql";
import { sha256Of } from "../operations/safelist.ts";
import { newRequest } from "../request.ts";
import { composeShop, subgraphsOf, verifyTestToken } from "../testing/shop.ts";
import type { OrderEvent } from "../testing/shop.ts";
import { createTopic } from "../testing/topic.ts";
import { createExecutor } from "./execute-operation.ts";
import type { ExecutorKind, OperationExecutor } from "./execute-operation.ts";
import type { UnsupportedReason } from "./compiled/unsupported.ts";
import { loadSnapshot } from "./snapshot.ts";
import type { SupergraphSnapshot } from "./snapshot.ts";
import type { SubgraphTransport } from "./transport.ts";

const logger = createLogger({ name: "gateway", level: "silent" });
const shop = subgraphsOf(createTopic<OrderEvent>(), []);
let snapshot: SupergraphSnapshot;
let executors: Readonly<Record<ExecutorKind, OperationExecutor>>;
let left: UnsupportedReason[] = [];
let plans = 0;
/** What the orders subgraph answers instead, where it is said. */
let instead: ((result: ExecutionResult) => ExecutionResult) | null = null;

beforeAll(async () => {
  const subgraphs = { ...shop, orders: answeringInstead(shop["orders"] as SubgraphTransport) };
  snapshot = await loadSnapshot({ supergraphSdl: composeShop(), subgraphs, logger });
  const executorOf = (kind: ExecutorKind) =>
    createExecutor({
      ...snapshot,
      kind,
      leftToStock: (reason) => void left.push(reason),
      plan: (operation) => {
        plans += 1;
        return snapshot.plan(operation);
      },
    });
  executors = { stock: executorOf("stock"), compiled: executorOf("compiled") };
});

beforeEach(() => {
  left = [];
  plans = 0;
  instead = null;
});

function answeringInstead(transport: SubgraphTransport): SubgraphTransport {
  return {
    ...transport,
    execute: async (call) => {
      const result = await transport.execute(call);
      return instead === null ? result : instead(result);
    },
  };
}

type Variables = Readonly<Record<string, unknown>>;

function run(
  kind: ExecutorKind,
  query: string,
  variables: Variables = {},
  viewer: Viewer | null = null,
): Promise<ExecutionResult> {
  const request = newRequest({
    correlationId: "test",
    viewer,
    authorization: null,
    signal: new AbortController().signal,
    maxAgeMs: null,
  });
  const document = parse(query);
  const queryHash = sha256Of(query);
  const { apiSchema: schema } = snapshot;
  return executors[kind].run(
    { schema, document, queryHash, operationName: undefined, variables },
    request,
  );
}

async function expectSame(query: string, variables?: Variables, viewer?: Viewer): Promise<void> {
  const stock = await run("stock", query, variables, viewer);
  const compiled = await run("compiled", query, variables, viewer);
  expect(JSON.stringify(compiled.data)).toBe(JSON.stringify(stock.data));
  expect(compiled.errors?.map((error) => error.toJSON())).toEqual(
    stock.errors?.map((error) => error.toJSON()),
  );
  expect(JSON.stringify(compiled.extensions)).toBe(JSON.stringify(stock.extensions));
}

const CONDITIONAL =
  "query($w: Boolean!, $s: Boolean = false) { orders { id status @skip(if: $s) shipments @include(if: $w) { id } } }";

test.each<{ readonly query: string; readonly variables?: Variables }>([
  { query: "{ orders { id status shipments { trackingNumber id } carrier } }" },
  { query: '{ order(id: "7") { carrier next { id carrier } } none: order(id: "none") { id } }' },
  {
    query: "query($id: ID!) { order(id: $id) { status shipments { id } } __typename }",
    variables: { id: "3" },
  },
  { query: "query($id: ID!) { order(id: $id) { status } }" },
  { query: 'mutation { rename(id: "1", status: "GONE") { status carrier } }' },
  { query: "{ broken refused orders { id } }" },
  { query: "{ busy orders { shipments { id } } }" },
  { query: CONDITIONAL, variables: { w: true } },
  { query: CONDITIONAL, variables: { w: false, s: true } },
  { query: "{ viewer { id } orders { id } }" },
  {
    query: "query($v: Boolean!) { viewer @include(if: $v) { id } orders { id } }",
    variables: { v: false },
  },
])(
  "the compiled executor answers as the stock executor does: $query",
  async ({ query, variables }) => {
    await expectSame(query, variables);
    await expectSame(query, variables, await verifyTestToken("portal"));
    expect(left).toEqual([]);
  },
);

test.each<{
  readonly reason: UnsupportedReason;
  readonly query: string;
  readonly variables?: Variables;
}>([
  { reason: "introspection", query: "{ __schema { queryType { name } } }" },
  { reason: "name", query: "{ constructor: orders { id } }" },
  {
    reason: "conditions",
    query: "query($s: Boolean = false) { orders { id status @skip(if: $s) } }",
    variables: { s: null },
  },
])(
  "the stock executor runs what is not compiled, which is counted: $reason",
  async ({ reason, query, variables }) => {
    await expectSame(query, variables);
    expect(left).toEqual([reason]);
  },
);

test.each<readonly [string, (result: ExecutionResult) => ExecutionResult]>([
  [
    "a null that may not be",
    () => ({ data: { orders: [{ __typename: "Order", id: "1", status: null }] } }),
  ],
  ["a value of another type", () => ({ data: { orders: [{ id: "1", status: 5 }] } })],
  [
    "a type that nobody knows",
    () => ({ data: { orders: [{ __typename: "Gone", id: "1", status: "" }] } }),
  ],
  ["a list that is none", () => ({ data: { orders: "none" } })],
])("the stock executor has words for %s, and its answer counts", async (_what, answer) => {
  instead = answer;
  await expectSame("{ orders { id status } }");
  expect(left).toEqual(["malformed"]);
});

test("beside an error of a subgraph a null needs no words", async () => {
  instead = () => ({
    data: { orders: [{ id: "1", status: null }] },
    errors: [new GraphQLError("Nobody knows.", { path: ["orders", 0, "status"] })],
  });
  await expectSame("{ orders { id status } }");
  expect(left).toEqual([]);
});

test("an operation is planned and compiled once for all who ask at once, and ahead of them", async () => {
  const query = "{ orders { status id } }";
  await Promise.all([run("compiled", query), run("compiled", query), run("compiled", query)]);
  expect(plans).toBe(1);
  const ahead = "query Ahead { orders { carrier } }";
  await executors.compiled.planAhead(ahead);
  await run("compiled", ahead);
  expect(plans).toBe(2);
});

test("what could not be planned is tried again", async () => {
  const query = "{ orders { unknown } }";
  await expect(run("compiled", query)).rejects.toThrow("Cannot query field");
  await expect(run("compiled", query)).rejects.toThrow("Cannot query field");
  expect(plans).toBe(2);
});
