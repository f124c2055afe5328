import { reject, succeed, type CommandRecord } from "@crossdock/commands";
import type { Viewer } from "@crossdock/domain";
import { encodeCursor, LOG_START } from "@crossdock/events";
import { sql } from "kysely";
import { helper, openDesk, operator, portal, SUMMIT, type Desk } from "./testing/desk.ts";

let desk: Desk;
const ask: Desk["ask"] = (...question) => desk.ask(...question);
/** By what the ERP will say to each. */
let done: CommandRecord;
let refused: CommandRecord;
let broken: CommandRecord;
let summits: CommandRecord;

beforeAll(async () => {
  desk = await openDesk({
    execute: async ({ data }) => {
      if (data.customerReference === "broken") throw new Error("The ERP has no such field.");
      return data.customerReference === "refused"
        ? reject({ code: "CREDIT_EXCEEDED", message: "No credit left." })
        : succeed({ typename: "Order", id: data.key, effects: { orders: [], events: [] } });
    },
  });
  done = await desk.settle("done");
  refused = await desk.settle("refused");
  broken = await desk.settle("broken");
  summits = await desk.settle("summits", SUMMIT);
  await desk.stopWork();
});
afterAll(() => desk.close());

const ids = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id);

describe("a command", () => {
  const BY_ID = `query ($id: ID) { command(id: $id) {
    id type status attempts acceptedAt completedAt error { class code message retryable } subject { typename id } } }`;

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
      error: {
        class: "BUSINESS_RULE",
        code: "CREDIT_EXCEEDED",
        message: "No credit left.",
        retryable: false,
      },
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
    expect(await statuses({ types: ["billing.invoiceChanged"] })).toEqual([]);
  });

  test.each([{ first: 501 }, { first: 0 }, { after: "x" }])("refuses %o", async (args) => {
    expect((await ask(EVENTS, args)).codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("the audit journal", () => {
  const VERIFY = "{ auditVerification { rows holds hash broken { sequence reason } } }";

  test("has a row for each step of a command, of who made it", async () => {
    const rows = await desk.ledger.db
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
    const { db } = desk.ledger;
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
  const follow = (id: string, viewer: Viewer) =>
    desk.follow(
      `subscription { commandProgressed(id: "${id}", after: "${encodeCursor(LOG_START)}") {
        cursor occurredAt command { id status } } }`,
      viewer,
    );

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
    const command = await desk.accept("late");
    const stream = await follow(command.id, portal);
    const statusOf = async () => {
      const { value } = await stream.next();
      return (value.data?.commandProgressed as { command: { status: string } }).command.status;
    };
    expect(await statusOf()).toBe("ACCEPTED");
    await desk.commandLog.cancel(command.id, "Changed my mind.", "op");
    expect(await statusOf()).toBe("CANCELLED");
    const { actor } = await desk.ledger.db
      .selectFrom("audit_journal")
      .select("actor")
      .where("command_id", "=", command.id)
      .where("step", "=", "cancelled")
      .executeTakeFirstOrThrow();
    expect(actor).toBe("op");
    await stream.return(undefined);
  });

  test("begins with the command as it is, if it asks for that, and goes on from there", async () => {
    const command = await desk.accept("from-now");
    const open = (id: string, after: string, viewer: Viewer) =>
      desk.follow(
        `subscription { commandProgressed(id: "${id}"${after}, fromSnapshot: true) {
          cursor isSnapshot command { id status } } }`,
        viewer,
      );
    const first = await open(command.id, "", portal);
    const now = (await first.next()).value.data?.commandProgressed as { cursor: string };
    expect(now).toMatchObject({ isSnapshot: true, command: { status: "ACCEPTED" } });
    await first.return(undefined);
    await desk.commandLog.cancel(command.id, "Changed my mind.", "op");
    const resumed = await open(command.id, `, after: "${now.cursor}"`, portal);
    expect((await resumed.next()).value.data?.commandProgressed).toMatchObject({
      isSnapshot: false,
      command: { status: "CANCELLED" },
    });
    await resumed.return(undefined);
    const other = await open(summits.id, "", portal);
    const silence = other.next();
    await other.return(undefined);
    expect((await silence).done).toBe(true);
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
