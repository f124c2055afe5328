import { createAuditVerifier } from "@crossdock/audit";
import {
  allCommands,
  createCommandLog,
  createCommandWorker,
  defineHandler,
  openCommandQueues,
  parseIdempotencyKey,
  reject,
  submitOrder,
  succeed,
  type CommandLog,
  type CommandRecord,
} from "@crossdock/commands";
import {
  mintOrderKey,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  SCOPES_OF_ROLE,
  type OrderDraft,
  type Viewer,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  encodeCursor,
  LOG_START,
  type EventLog,
} from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createCommandJournal, createOrderProcess, type OrderProcess } from "@crossdock/processes";
import { createLogger, systemClock } from "@crossdock/runtime";
import { execute, parse, subscribe, type ExecutionResult } from "graphql";
import { sql } from "kysely";
import { randomBytes } from "node:crypto";
import { createOperationsSubgraph } from "./index.ts";

const logger = createLogger({ name: "test", level: "silent" });
const HARBOR = parseCustomerNumber("C10010");
const SUMMIT = parseCustomerNumber("C10020");
const portal: Viewer = {
  id: "u1",
  name: "Ann",
  clientId: "portal",
  role: "portal",
  scopes: SCOPES_OF_ROLE.portal,
  customers: [HARBOR],
  expiresAt: parseInstant("2027-01-01T00:00:00Z"),
};
const operator: Viewer = {
  ...portal,
  id: "op",
  clientId: "desk",
  role: "operator",
  scopes: SCOPES_OF_ROLE.operator,
  customers: "all",
};
/** Of the distributor, for some accounts only. */
const helper: Viewer = { ...operator, id: "helper", customers: [SUMMIT] };

let opened: TestLedger;
let eventLog: EventLog;
let commandLog: CommandLog;
let process: OrderProcess;
let subgraph: ReturnType<typeof createOperationsSubgraph>;
/** By what the ERP will say to each. */
let done: CommandRecord;
let refused: CommandRecord;
let broken: CommandRecord;
let summits: CommandRecord;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock: systemClock, logger, definitions: allEvents });
  process = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => process, clock: systemClock });
  const definitions = allCommands;
  commandLog = createCommandLog({ ledger, definitions, clock: systemClock, journal, logger });
  subgraph = createOperationsSubgraph({
    commandLog,
    eventLog,
    audit: createAuditVerifier(ledger),
    logger,
  });

  const queues = await openCommandQueues({ ledger, redisUrl: null, logger });
  const worker = createCommandWorker({
    ledger,
    log: commandLog,
    queues,
    handlers: [
      defineHandler(submitOrder, {
        settleMs: 0,
        lookUp: null,
        execute: async ({ data }) => {
          if (data.customerReference === "broken") throw new Error("The ERP has no such field.");
          return data.customerReference === "refused"
            ? reject({ code: "CREDIT_EXCEEDED", message: "No credit left." })
            : succeed({ typename: "Order", id: data.key, effects: { orders: [], events: [] } });
        },
      }),
    ],
    concurrency: { erp: 1, wms: 0, finance: 0 },
    leaseMs: 5_000,
    logger,
  });
  await worker.start();
  done = await settle("done", HARBOR);
  refused = await settle("refused", HARBOR);
  broken = await settle("broken", HARBOR);
  summits = await settle("summits", SUMMIT);
  await worker.stop();
  await queues.close();
});
afterAll(async () => {
  await commandLog.close();
  await eventLog.close();
  await opened.close();
});

async function accept(reference: string, customerNumber = HARBOR): Promise<CommandRecord> {
  const { command } = await opened.ledger.transaction((trx) =>
    commandLog.accept(trx, submitOrder, {
      clientId: "portal",
      idempotencyKey: parseIdempotencyKey(`key-${reference}`),
      requestedBy: "u1",
      customerNumber,
      data: draft(reference, customerNumber),
      correlationId: `c-${reference}`,
      causationId: null,
    }),
  );
  return command;
}

async function settle(reference: string, customerNumber = HARBOR): Promise<CommandRecord> {
  const { id } = await accept(reference, customerNumber);
  const record = await commandLog.waitUntilSettled(id, 15_000, new AbortController().signal);
  if (record === null) throw new Error("The command is gone.");
  return record;
}

function draft(reference: string, customerNumber: typeof HARBOR): OrderDraft {
  const EA = parseUomCode("EA");
  const one = { value: parseDecimal("1"), uom: EA };
  return {
    key: mintOrderKey(randomBytes),
    customerNumber,
    customerReference: reference,
    channel: "PORTAL",
    currency: parseCurrencyCode("USD"),
    placedAt: systemClock.now(),
    requestedDeliveryOn: null,
    shipTo: {
      name: null,
      lines: ["1 Pier Road"],
      city: "Portland",
      region: null,
      postalCode: null,
      country: "US",
    },
    warehouse: parseWarehouseCode("EAST"),
    lines: [
      {
        lineNumber: 1,
        sku: parseSku("NG-1"),
        description: "Bolt",
        ordered: one,
        orderedBase: one,
        unitPrice: { amount: parseDecimal("4"), currency: parseCurrencyCode("USD") },
        priceBasis: "LIST",
      },
    ],
  };
}

const contextFor = (viewer: Viewer | null, signal: AbortSignal) =>
  subgraph.createContext({
    requestId: "r1",
    correlationId: "c1",
    viewer,
    signal,
    startedAt: systemClock.now(),
  });

async function ask(query: string, variables: Record<string, unknown> = {}, viewer = operator) {
  const { data, errors } = await execute({
    schema: subgraph.schema,
    document: parse(query),
    variableValues: variables,
    contextValue: contextFor(viewer, new AbortController().signal),
  });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is what the query says
  const plain: any = JSON.parse(JSON.stringify(data ?? null));
  return { data: plain, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
}

const ids = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id);

describe("a command", () => {
  const BY_ID = `query ($id: ID) { command(id: $id) {
    id type status attempts acceptedAt completedAt error { code message retryable } subject { typename id } } }`;

  test("is found by its id, with what became of it", async () => {
    expect((await ask(BY_ID, { id: done.id }, portal)).data.command).toMatchObject({
      id: done.id,
      type: "orders.submitOrder",
      status: "SUCCEEDED",
      attempts: 1,
      completedAt: done.completedAt,
      error: null,
      subject: { typename: "Order" },
    });
    expect((await ask(BY_ID, { id: refused.id }, portal)).data.command).toMatchObject({
      status: "REJECTED",
      error: { code: "CREDIT_EXCEEDED", message: "No credit left.", retryable: false },
      subject: null,
    });
  });

  test("is found by the application's own key, and not by another's", async () => {
    const query = 'query { command(idempotencyKey: "key-done") { id } }';
    expect((await ask(query, {}, portal)).data.command).toEqual({ id: done.id });
    expect((await ask(query, {}, operator)).data.command).toBeNull();
  });

  test("of another account reads like one that does not exist", async () => {
    expect((await ask(BY_ID, { id: summits.id }, portal)).data).toEqual({ command: null });
    expect((await ask(BY_ID, { id: "nothing" }, portal)).data).toEqual({ command: null });
    const query = 'query { command(idempotencyKey: "key-summits") { id } }';
    expect((await ask(query, {}, portal)).data.command).toBeNull();
    const entities =
      "query ($them: [_Any!]!) { _entities(representations: $them) { ... on Command { id } } }";
    const them = [summits.id, done.id].map((id) => ({ __typename: "Command", id }));
    expect((await ask(entities, { them }, portal)).data._entities).toEqual([null, { id: done.id }]);
  });

  test("needs exactly one name", async () => {
    expect((await ask("{ command { id } }")).codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("the operator's list of commands", () => {
  const LIST = `query ($filter: CommandFilter, $first: Int, $after: String) {
    commands(filter: $filter, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { id } } } }`;

  test("is newest first, in pages, each command once", async () => {
    const first = (await ask(LIST, { first: 3 })).data.commands;
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    const after = first.pageInfo.endCursor;
    const second = (await ask(LIST, { first: 3, after })).data.commands;
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect([...ids(first), ...ids(second)]).toEqual([summits.id, broken.id, refused.id, done.id]);
  });

  test("narrows by status, type and time", async () => {
    const count = async (filter: object) => (await ask(LIST, { filter })).data.commands.totalCount;
    expect(await count({ status: ["REJECTED"] })).toBe(1);
    expect(await count({ type: "billing.raiseInvoice" })).toBe(0);
    expect(await count({ from: broken.acceptedAt, to: "2100-01-01T00:00:00Z" })).toBe(2);
    expect(await count({ to: done.acceptedAt })).toBe(0);
  });

  test("shows nothing of accounts that the viewer may not see", async () => {
    expect(ids((await ask(LIST, {}, helper)).data.commands)).toEqual([summits.id]);
  });

  test("is the operator's", async () => {
    expect((await ask(LIST, {}, portal)).codes).toEqual(["FORBIDDEN"]);
    expect((await ask("{ exceptions { totalCount } }", {}, portal)).codes).toEqual(["FORBIDDEN"]);
    expect((await ask("{ events { id } }", {}, portal)).codes).toEqual(["FORBIDDEN"]);
  });

  test.each([{ first: 0 }, { first: 101 }, { after: "x" }])("refuses %o", async (args) => {
    expect((await ask(LIST, args)).codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("an exception", () => {
  const LIST = `query ($filter: ExceptionFilter) { exceptions(filter: $filter) { totalCount edges { node {
    id code summary subject { typename id } command { status } openedAt resolvedAt correlationId } } } }`;

  test("is a dead-lettered command in plain words", async () => {
    const { data } = await ask(LIST);
    expect(data.exceptions.totalCount).toBe(1);
    expect(data.exceptions.edges[0].node).toMatchObject({
      id: broken.id,
      code: broken.error?.code,
      subject: { typename: "Order", id: broken.subject.slice("order:".length) },
      command: { status: "DEAD_LETTERED" },
      openedAt: broken.completedAt,
      resolvedAt: null,
      correlationId: "c-broken",
    });
    expect(data.exceptions.edges[0].node.summary).toMatch(
      /^Creating the order in the ERP failed after one try: /,
    );
  });

  test("is listed while it waits, and by its code", async () => {
    const listed = async (filter: object) => ids((await ask(LIST, { filter })).data.exceptions);
    expect(await listed({ open: true, code: broken.error?.code })).toEqual([broken.id]);
    expect(await listed({ code: "OTHER" })).toEqual([]);
    expect(await listed({ open: false })).toEqual([]);
    expect(ids((await ask(LIST, {}, helper)).data.exceptions)).toEqual([]);
  });
});

describe("the event log", () => {
  const EVENTS = `query ($subjectId: ID, $types: [String!], $after: EventCursor, $first: Int) {
    events(subjectId: $subjectId, types: $types, after: $after, first: $first) {
      cursor id type source subjectId occurredAt recordedAt correlationId data } }`;

  test("reads on from a cursor, oldest first", async () => {
    const all = (await ask(EVENTS)).data.events;
    expect(all[0]).toMatchObject({
      type: "commands.commandProgressed",
      subjectId: `command:${done.id}`,
      correlationId: "c-done",
      data: { commandId: done.id, status: "ACCEPTED" },
    });
    const [first] = (await ask(EVENTS, { first: 1 })).data.events;
    expect(first).toEqual(all[0]);
    expect((await ask(EVENTS, { after: first.cursor })).data.events).toEqual(all.slice(1));
  });

  test("narrows to one thing, to some types, and to the viewer's accounts", async () => {
    const subjectId = `command:${refused.id}`;
    const statuses = async (args: Record<string, unknown>, viewer = operator) =>
      (await ask(EVENTS, args, viewer)).data.events.map(
        (event: { data: { status: string } }) => event.data.status,
      );
    expect(await statuses({ subjectId })).toEqual(["ACCEPTED", "RUNNING", "REJECTED"]);
    expect(await statuses({ subjectId }, helper)).toEqual([]);
    expect(await statuses({ types: ["orders.orderChanged"] })).toEqual([]);
  });

  test.each([{ first: 501 }, { first: 0 }, { after: "x" }])("refuses %o", async (args) => {
    expect((await ask(EVENTS, args)).codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("the audit journal", () => {
  const VERIFY = "{ auditVerification { rows holds hash broken { sequence reason } } }";

  test("has a row for each step of a command, of who made it", async () => {
    const rows = await opened.ledger.db
      .selectFrom("audit_journal")
      .select(["actor", "step", "outcome", "correlation_id"])
      .where("command_id", "=", refused.id)
      .orderBy("sequence")
      .execute();
    const correlation_id = "c-refused";
    expect(rows).toEqual([
      { actor: "u1", step: "accepted", outcome: "ACCEPTED", correlation_id },
      { actor: "worker", step: "claimed", outcome: "RUNNING", correlation_id },
      { actor: "worker", step: "settled", outcome: "REJECTED CREDIT_EXCEEDED", correlation_id },
    ]);
  });

  test("is verified whole, by operators", async () => {
    const { data } = await ask(VERIFY);
    expect(data.auditVerification).toMatchObject({ rows: 12, holds: true, broken: null });
    expect((await ask(VERIFY, {}, portal)).codes).toEqual(["FORBIDDEN"]);
  });

  test("names the row that somebody changed", async () => {
    const { db } = opened.ledger;
    const setActor = (actor: string) =>
      db.updateTable("audit_journal").set({ actor }).where("sequence", "=", "5").execute();
    await sql`alter table audit_journal disable trigger all`.execute(db);
    await setActor("somebody else");
    expect((await ask(VERIFY)).data.auditVerification).toMatchObject({
      rows: 5,
      holds: false,
      broken: { sequence: "5", reason: "the row is not what was written" },
    });
    await setActor("worker");
    await sql`alter table audit_journal enable trigger all`.execute(db);
    expect((await ask(VERIFY)).data.auditVerification.holds).toBe(true);
  });
});

describe("who follows a command", () => {
  const follow = async (id: string, viewer: Viewer) => {
    const after = encodeCursor(LOG_START);
    const stream = await subscribe({
      schema: subgraph.schema,
      document: parse(`subscription { commandProgressed(id: "${id}", after: "${after}") {
        cursor occurredAt command { id status } } }`),
      contextValue: contextFor(viewer, AbortSignal.timeout(15_000)),
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
    return stream as AsyncGenerator<ExecutionResult>;
  };

  test("is told each of its changes, with the command as it is by then", async () => {
    const stream = await follow(done.id, portal);
    for (let told = 0; told < 3; told += 1) {
      const { value } = await stream.next();
      expect(JSON.parse(JSON.stringify(value.data))).toMatchObject({
        commandProgressed: { command: { id: done.id, status: "SUCCEEDED" } },
      });
    }
    await stream.return(undefined);
  });

  test("sees it change while it runs", async () => {
    const command = await accept("late");
    const stream = await follow(command.id, portal);
    const statusOf = async () => {
      const { value } = await stream.next();
      return (value.data?.commandProgressed as { command: { status: string } }).command.status;
    };
    expect(await statusOf()).toBe("ACCEPTED");
    await commandLog.cancel(command.id, "Changed my mind.", "op");
    expect(await statusOf()).toBe("CANCELLED");
    const { actor } = await opened.ledger.db
      .selectFrom("audit_journal")
      .select("actor")
      .where("command_id", "=", command.id)
      .where("step", "=", "cancelled")
      .executeTakeFirstOrThrow();
    expect(actor).toBe("op");
    await stream.return(undefined);
  });

  test("is told nothing of another account's command", async () => {
    const stream = await follow(summits.id, portal);
    const silence = stream.next();
    const control = await follow(summits.id, helper);
    expect((await control.next()).done).toBe(false);
    await Promise.all([stream.return(undefined), control.return(undefined)]);
    expect((await silence).done).toBe(true);
  });
});
