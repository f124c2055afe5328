import type { Worker } from "node:worker_threads";
import { createLogger } from "@crossdock/runtime";
import { GraphQLError, parse } from "graphql";
import { PlanningUnavailableError } from "../errors/gateway-errors.ts";
import { versionOf } from "../execution/supergraph-version.ts";
import { composeShop } from "../testing/shop.ts";
import { createFederationParts } from "./federation-parts.ts";
import { planAtStart } from "./plan-at-start.ts";
import { planHere } from "./plan-operation.ts";
import { createPlanningThread, startPlanningWorker } from "./planning-thread.ts";
import type { PlanningThread } from "./planning-thread.ts";

const logger = createLogger({ name: "test", level: "silent" });
const supergraphSdl = composeShop();
const supergraph = { version: versionOf(supergraphSdl), supergraphSdl };
const parts = createFederationParts(supergraphSdl);
const LIMITS = { maxWaiting: 500, turnMs: 60_000 };

const workers: Worker[] = [];
const startWatched = () => {
  const worker = startPlanningWorker();
  workers.push(worker);
  return worker;
};
let thread: PlanningThread;
beforeEach(() => {
  workers.length = 0;
  thread = createPlanningThread(logger, LIMITS, startWatched);
});
afterEach(() => thread.stop());

const toPlan = (text: string, operationName?: string) => ({
  document: parse(text),
  operationName,
});
const ORDERS = toPlan(
  "query Q($skip: Boolean!) { orders { id shipments @skip(if: $skip) { id } } }",
);
const TWO = toPlan("query A { viewer { id } } query B { orders { carrier } }", "B");
const LIVE = toPlan("subscription { orderChanged { cursor order { id carrier } } }");
const UNKNOWN_FIELD = toPlan("{ orders { noSuchField } }");

test("what is planned in the thread is what would be planned here", async () => {
  for (const operation of [ORDERS, TWO, LIVE]) {
    expect(await thread.plan(supergraph, operation)).toEqual(planHere(parts, operation));
  }
});

test("what cannot be planned is refused as it would be here", async () => {
  const here = new GraphQLError('Cannot query field "noSuchField" on type "Order".');
  const refusal = await thread.plan(supergraph, UNKNOWN_FIELD).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(GraphQLError);
  expect(refusal).toHaveProperty("message", here.message);
  expect(() => planHere(parts, UNKNOWN_FIELD)).toThrow(here.message);
});

test("a supergraph that cannot be read is refused, and the thread goes on", async () => {
  const broken = { version: "broken", supergraphSdl: "type Query { a: Int }" };
  await expect(thread.load(broken)).rejects.toThrow(/core schema/);
  await expect(thread.plan(supergraph, TWO)).resolves.toHaveProperty("kind", "QueryPlan");
  expect(workers).toHaveLength(1);
});

test("a thread that ends is replaced, and whoever waits is given the plan all the same", async () => {
  await thread.load(supergraph);
  const waiting = [ORDERS, TWO].map((operation) => thread.plan(supergraph, operation));
  await workers[0]?.terminate();
  expect(await Promise.all(waiting)).toEqual([ORDERS, TWO].map((each) => planHere(parts, each)));
  expect(workers).toHaveLength(2);
});

test("what a second thread has ended with as well is refused, and what comes next is planned", async () => {
  await thread.load(supergraph);
  const waiting = thread.plan(supergraph, ORDERS).catch((error: unknown) => error);
  await workers[0]?.terminate();
  await workers[1]?.terminate();
  expect(await waiting).toBeInstanceOf(PlanningUnavailableError);
  await expect(thread.plan(supergraph, ORDERS)).resolves.toHaveProperty("kind", "QueryPlan");
});

test("what takes longer than a turn is refused, and the others are not", async () => {
  await thread.stop();
  thread = createPlanningThread(logger, { ...LIMITS, turnMs: 1 }, startWatched);
  const refusal = await thread.load(supergraph).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(PlanningUnavailableError);
  expect(String(refusal)).toMatch(/in time/);
});

test("no more wait than may, and nobody after the end", async () => {
  await thread.stop();
  thread = createPlanningThread(logger, { ...LIMITS, maxWaiting: 2 }, startWatched);
  const waiting = [thread.load(supergraph), thread.load(supergraph)];
  const ended = Promise.allSettled(waiting);
  await expect(thread.plan(supergraph, TWO)).rejects.toThrow("Too many new operations");
  await thread.stop();
  const outcomes = await ended;
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(thread.plan(supergraph, TWO)).rejects.toBeInstanceOf(PlanningUnavailableError);
});

test("at a start plans are made here until the thread is there", async () => {
  const plan = planAtStart(supergraph, parts, thread, logger);
  expect(await plan(TWO)).toEqual(planHere(parts, TWO));
  const asked = jest.spyOn(thread, "plan");
  while (asked.mock.calls.length === 0) {
    expect(await plan(TWO)).toEqual(planHere(parts, TWO));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
