import { succeed, type CommandRecord } from "@crossdock/commands";
import { openDesk, operator, helper, portal, SUMMIT, type Desk } from "./testing/desk.ts";

const TRANSACTION = `query ($correlationId: ID, $subjectId: ID) {
  businessTransaction(correlationId: $correlationId, subjectId: $subjectId) {
    correlationId isOver systems subjects { typename id }
    steps { id kind system name outcome documentId durationMs payloadHash commandId exceptionId } } }`;
const WORK = `query ($kind: WorkListKind!, $first: Int, $after: String) {
  workList(kind: $kind, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id summary ageSeconds } } } }`;
const FLOW = `{ flow { openOrdersByStage { stage count late } byWarehouse { warehouse }
  commandsInFlight deadLettered history(hours: 1) { at } } partnerHealth { clientId } }`;

let desk: Desk;
let harbors: CommandRecord;
let summits: CommandRecord;

beforeAll(async () => {
  desk = await openDesk({
    execute: async ({ data }) =>
      succeed({ typename: "Order", id: data.key, effects: { orders: [], events: [] } }),
  });
  harbors = await desk.settle("PO-1");
  summits = await desk.settle("PO-2", SUMMIT);
});
afterAll(() => desk.close());

test("a request's transaction has each step of its command, and the call that it took", async () => {
  const { data } = await desk.ask(TRANSACTION, { correlationId: harbors.correlationId });
  const { correlationId, systems, subjects, steps } = data.businessTransaction;
  expect(correlationId).toBe("c-PO-1");
  expect(systems).toEqual(["crossdock", "erp"]);
  expect(subjects).toEqual([{ typename: "Order", id: harbors.subject.slice("order:".length) }]);
  const kinds = steps.map((step: { kind: string }) => step.kind);
  expect(kinds.filter((kind: string) => kind === "COMMAND")).toHaveLength(3);
  const calls = steps.filter((step: { kind: string }) => step.kind === "CALL");
  expect(calls).toMatchObject([
    { system: "erp", name: "orders.submitOrder", outcome: "SUCCEEDED", commandId: harbors.id },
  ]);
});

test("what is not known, and what belongs to an account that the viewer may not see, is nothing", async () => {
  const asked = [
    [{ correlationId: "nobody's" }, operator],
    [{ subjectId: "order:ZZZZZZZZZZ" }, operator],
    [{ correlationId: harbors.correlationId }, helper],
    [{ subjectId: harbors.subject }, helper],
  ] as const;
  for (const [variables, viewer] of asked) {
    const { data, codes } = await desk.ask(TRANSACTION, variables, viewer);
    expect([data.businessTransaction, codes]).toEqual([null, []]);
  }
  const own = await desk.ask(TRANSACTION, { subjectId: summits.subject }, helper);
  expect(own.data.businessTransaction.correlationId).toBe("c-PO-2");
});

test("a transaction is asked for by one name, and a subject is an order", async () => {
  for (const variables of [
    {},
    { correlationId: "c", subjectId: "order:1" },
    { subjectId: "stock:NG-1" },
    { correlationId: "x".repeat(201) },
  ]) {
    expect((await desk.ask(TRANSACTION, variables)).codes).toEqual(["BAD_USER_INPUT"]);
  }
});

test("customers see none of what operators see", async () => {
  const answers = await Promise.all([
    desk.ask(TRANSACTION, { correlationId: harbors.correlationId }, portal),
    desk.ask(WORK, { kind: "STUCK_BETWEEN_STAGES", first: 5 }, portal),
    desk.ask("{ flow { measuredAt } }", {}, portal),
    desk.ask("{ partnerHealth { clientId } }", {}, portal),
  ]);
  expect(answers.flatMap(({ codes }) => codes)).toEqual(answers.map(() => "FORBIDDEN"));
});

test("the flow counts the orders that were taken and are on their way", async () => {
  const { data, codes } = await desk.ask(FLOW);
  expect(codes).toEqual([]);
  expect(data.flow).toMatchObject({
    openOrdersByStage: [{ stage: "SUBMITTED", count: 2, late: 0 }],
    byWarehouse: [],
    commandsInFlight: 0,
    deadLettered: 0,
    history: [],
  });
});

test("a list is refused a page or a place that makes no sense", async () => {
  const kind = "PENDING_ERP_CREATION";
  const { data } = await desk.ask(WORK, { kind, first: 5 });
  expect(data.workList).toEqual({
    totalCount: 0,
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: [],
  });
  const asked = [
    { kind, first: 0 },
    { kind, first: 101 },
    { kind, first: 5, after: "nowhere" },
  ];
  for (const variables of asked) {
    expect((await desk.ask(WORK, variables)).codes).toEqual(["BAD_USER_INPUT"]);
  }
  expect((await desk.ask("{ flow { history(hours: 169) { at } } }")).codes).toEqual([
    "BAD_USER_INPUT",
  ]);
});
