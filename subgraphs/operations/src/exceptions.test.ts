import { block, succeed, type CommandRecord } from "@crossdock/commands";
import { instantOf, type OrderId } from "@crossdock/domain";
import { encodeCursor, LOG_START } from "@crossdock/events";
import { openFeedException } from "@crossdock/processes";
import { helper, openDesk, operator, portal, SUMMIT, type Desk } from "./testing/desk.ts";

/** Purchase order numbers that the test's ERP takes by now; it lacks the item of every other one. */
const repaired = new Set<string | null>();
/** What it finds that was entered by hand. */
const enteredByHand = new Set<string | null>();
const sent: (string | null)[] = [];

const FIELDS = `id class code summary owner suggestedAction { code message } subject { typename id }
  command { id status } payload lastAnswer { status code message } openedAt ageSeconds resolvedAt
  resolution note resolvedBy correlationId`;
const LIST = `query ($filter: ExceptionFilter, $first: Int, $after: String) {
  exceptions(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { ${FIELDS} } } } }`;
const RETRY = "mutation ($id: ID!) { retryCommand(id: $id) { id status attempts error { code } } }";
const CANCEL = `mutation ($id: ID!, $reason: String!) {
  cancelCommand(id: $id, reason: $reason) { id status error { class code message } } }`;
const RESOLVE = `mutation ($id: ID!, $resolution: ExceptionResolution!, $note: String!) {
  resolveException(id: $id, resolution: $resolution, note: $note) { ${FIELDS} } }`;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({
    lookUp: async ({ data }) =>
      enteredByHand.has(data.customerReference)
        ? succeed({ typename: "Order", id: data.key, effects: { orders: [], events: [] } })
        : null,
    execute: async ({ data }) => {
      const { customerReference: reference, key } = data;
      sent.push(reference);
      return repaired.has(reference)
        ? succeed({ typename: "Order", id: key, effects: { orders: [], events: [] } })
        : block({
            code: "ITEM_BLOCKED",
            message: "Item NG-1 is blocked.",
            lastAnswer: { status: 400, code: "Dialog", message: "Blocked. Call ann@erp.example" },
          });
    },
  });
});
afterAll(() => desk.close());

let references = 0;
/** A command that waits for a person. */
async function waiting(customerNumber?: CommandRecord["customerNumber"]) {
  const reference = `PO-${String((references += 1))}`;
  const command = await desk.settle(reference, customerNumber ?? undefined);
  expect(command.status).toBe("DEAD_LETTERED");
  return { command, reference, id: `${command.id}-1` };
}

const resolve = (id: string, resolution: string, note = "I looked.", viewer = operator) =>
  desk.ask(RESOLVE, { id, resolution, note }, viewer);

async function exceptionsOf(filter: object = {}, viewer = operator): Promise<string[]> {
  const { data } = await desk.ask(LIST, { filter, first: 100 }, viewer);
  return data.exceptions.edges.map(({ node }: { node: { id: string } }) => node.id);
}

async function orderOf({ subject }: CommandRecord) {
  const [record] = await desk.orderBook.readOrders([subject.slice("order:".length) as OrderId]);
  return record;
}

async function auditOf(commandId: string) {
  const rows = await desk.ledger.db
    .selectFrom("audit_journal")
    .select(["actor", "step", "outcome"])
    .where("command_id", "=", commandId)
    .orderBy("sequence")
    .execute();
  return rows.map(({ actor, step, outcome }) => `${actor} ${step} ${outcome}`);
}

test("an exception tells a person what to do, without what is private", async () => {
  const { command, id } = await waiting();
  const { data } = await desk.ask(LIST, { filter: { code: "ITEM_BLOCKED" } });
  const { node } = data.exceptions.edges[0];
  expect(node).toMatchObject({
    id,
    class: "MASTER_DATA",
    code: "ITEM_BLOCKED",
    summary: "Creating the order in the ERP failed after one try: Item NG-1 is blocked.",
    owner: "masterData",
    suggestedAction: { code: "REPAIR_MASTER_DATA" },
    subject: { typename: "Order", id: command.subject.slice("order:".length) },
    command: { id: command.id, status: "DEAD_LETTERED" },
    payload: { customerNumber: "C10010", shipTo: "[removed]" },
    lastAnswer: { status: 400, code: "Dialog", message: "Blocked. Call [removed]" },
    resolvedAt: null,
    resolution: null,
    note: null,
    resolvedBy: null,
    correlationId: command.correlationId,
  });
  expect(node.suggestedAction.message).toContain("Unblock the item in the ERP");
  expect(node.ageSeconds).toBeGreaterThan(0);
  expect(await orderOf(command)).toMatchObject({ status: "ON_HOLD" });
});

test("a client learns the class and a sentence of its command's error, and no more", async () => {
  const { command } = await waiting();
  const query = `query ($id: ID) { command(id: $id) { error { class code message retryable } } }`;
  expect((await desk.ask(query, { id: command.id }, portal)).data.command.error).toEqual({
    class: "MASTER_DATA",
    code: "ITEM_BLOCKED",
    message: "Item NG-1 is blocked.",
    retryable: true,
  });
});

test("a retried command goes through once its source is repaired, and its exception is closed", async () => {
  const { command, reference, id } = await waiting();
  repaired.add(reference);
  const { data } = await desk.ask(RETRY, { id: command.id });
  expect(data.retryCommand).toEqual({
    id: command.id,
    status: "RETRYING",
    attempts: 0,
    error: null,
  });
  expect((await desk.settled(command.id)).status).toBe("SUCCEEDED");
  expect(await exceptionsOf({ open: true })).not.toContain(id);
  const closed = await desk.ask(LIST, { filter: { open: false } });
  const { node } = closed.data.exceptions.edges[0];
  expect(node).toMatchObject({ id, resolution: "RETRIED", resolvedBy: "op", note: null });
  expect(await auditOf(command.id)).toEqual([
    "u1 accepted ACCEPTED",
    "worker claimed RUNNING",
    "worker settled DEAD_LETTERED ITEM_BLOCKED",
    "op retried RETRYING",
    "op resolved RETRIED ITEM_BLOCKED",
    "worker claimed RUNNING",
    "worker settled SUCCEEDED",
  ]);
  const { data: audit } = await desk.ask("{ auditVerification { holds } }");
  expect(audit.auditVerification.holds).toBe(true);
});

test("a command that fails again gets another exception", async () => {
  const { command } = await waiting();
  await desk.ask(RETRY, { id: command.id });
  expect((await desk.settled(command.id)).status).toBe("DEAD_LETTERED");
  expect(await exceptionsOf({ open: true })).toContain(`${command.id}-2`);
  expect(await exceptionsOf({ open: null })).toContain(`${command.id}-1`);
});

test("what is to be left is cancelled with its note, and its order ends", async () => {
  const { command, id } = await waiting();
  const { data } = await resolve(id, "IGNORED", "The buyer took another one.");
  expect(data.resolveException).toMatchObject({
    command: { status: "CANCELLED" },
    resolution: "IGNORED",
    note: "The buyer took another one.",
    resolvedBy: "op",
  });
  expect(data.resolveException.resolvedAt).not.toBeNull();
  const order = await orderOf(command);
  expect(order?.status).toBe("CANCELLED");
  expect(order?.state?.timeline.at(-1)).toMatchObject({
    type: "CANCELLED",
    note: "The buyer took another one.",
  });
});

test("what was undone by hand is compensated", async () => {
  const { command, id } = await waiting();
  const { data } = await resolve(id, "COMPENSATED");
  expect(data.resolveException).toMatchObject({ command: { status: "COMPENSATED" } });
  expect((await orderOf(command))?.status).toBe("CANCELLED");
});

test("what was done by hand is found at the source, and never sent", async () => {
  const { command, reference, id } = await waiting();
  enteredByHand.add(reference);
  repaired.add(reference);
  const { data } = await resolve(id, "CORRECTED");
  expect(data.resolveException).toMatchObject({ resolution: "CORRECTED" });
  expect((await desk.settled(command.id)).status).toBe("SUCCEEDED");
  expect(sent.filter((each) => each === reference)).toHaveLength(1);
});

test("the same decision is answered the same, another one is refused", async () => {
  const { id } = await waiting();
  const first = await resolve(id, "IGNORED", "First.");
  const again = await resolve(id, "IGNORED", "Again.");
  expect(again.data.resolveException.note).toBe("First.");
  expect(again.data.resolveException.resolvedAt).toBe(first.data.resolveException.resolvedAt);
  const other = await resolve(id, "RETRIED");
  expect(other.codes).toEqual(["BAD_USER_INPUT"]);
  expect(other.messages[0]).toContain("was resolved as IGNORED at");
});

test("of many who decide at the same moment one does, and all are told", async () => {
  const { command, id } = await waiting();
  const answers = await Promise.all(Array.from({ length: 8 }, () => resolve(id, "IGNORED")));
  expect(answers.flatMap(({ codes }) => codes)).toEqual([]);
  const steps = (await auditOf(command.id)).filter((row) => row.includes("IGNORED"));
  expect(steps).toHaveLength(1);
});

test("a command that waits can be cancelled, again and again", async () => {
  const { command, id } = await waiting();
  for (const reason of ["Not wanted.", "Really."]) {
    const { data } = await desk.ask(CANCEL, { id: command.id, reason });
    expect(data.cancelCommand).toEqual({
      id: command.id,
      status: "CANCELLED",
      error: { class: null, code: "CANCELLED", message: "Not wanted." },
    });
  }
  const { data } = await desk.ask(LIST, { filter: { open: false } });
  const { node } = data.exceptions.edges[0];
  expect(node).toMatchObject({ id, resolution: "IGNORED", note: "Not wanted." });
});

test("what is over can be neither retried nor cancelled, and the answer says how it stands", async () => {
  const reference = "PO-fine";
  repaired.add(reference);
  const { id } = await desk.settle(reference);
  const retried = await desk.ask(RETRY, { id });
  const cancelled = await desk.ask(CANCEL, { id, reason: "No." });
  expect([...retried.codes, ...cancelled.codes]).toEqual(["BAD_USER_INPUT", "BAD_USER_INPUT"]);
  expect(retried.messages[0]).toContain(`Command ${id} is SUCCEEDED.`);
});

test.each([
  ["nothing", ""],
  ["blanks", "  "],
  ["501 characters", "x".repeat(501)],
])("%s is no note", async (_what, note) => {
  const { command, id } = await waiting();
  expect((await resolve(id, "IGNORED", note)).codes).toEqual(["BAD_USER_INPUT"]);
  const cancelled = await desk.ask(CANCEL, { id: command.id, reason: note });
  expect(cancelled.codes).toEqual(["BAD_USER_INPUT"]);
});

test("what is not there, and what is another account's, is not found", async () => {
  const { command, id } = await waiting();
  const asked = [
    desk.ask(RETRY, { id: "nothing" }),
    desk.ask(CANCEL, { id: "nothing", reason: "x" }),
    resolve("nothing", "IGNORED"),
    desk.ask(RETRY, { id: command.id }, helper),
    desk.ask(CANCEL, { id: command.id, reason: "x" }, helper),
    resolve(id, "IGNORED", "x", helper),
  ];
  const codes = (await Promise.all(asked)).flatMap((answer) => answer.codes);
  expect(codes).toEqual(Array.from({ length: asked.length }, () => "NOT_FOUND"));
  expect(await exceptionsOf({ open: null }, helper)).toEqual([]);
});

test("customers neither see exceptions nor step in", async () => {
  const { command, id } = await waiting();
  const answers = await Promise.all([
    desk.ask(LIST, {}, portal),
    desk.ask(RETRY, { id: command.id }, portal),
    desk.ask(CANCEL, { id: command.id, reason: "x" }, portal),
    resolve(id, "IGNORED", "x", portal),
  ]);
  expect(answers.flatMap(({ codes }) => codes)).toEqual(answers.map(() => "FORBIDDEN"));
});

test("the list is narrowed and paged, newest first", async () => {
  const { id } = await waiting(SUMMIT);
  expect(await exceptionsOf({ owner: "masterData", class: "MASTER_DATA" }, helper)).toEqual([id]);
  expect(await exceptionsOf({ owner: "finance" })).toEqual([]);
  expect(await exceptionsOf({ class: "TECHNICAL" })).toEqual([]);
  expect((await desk.ask(LIST, { filter: { owner: "nobody" } })).codes).toEqual(["BAD_USER_INPUT"]);

  const everything = await exceptionsOf({ open: null });
  const first = (await desk.ask(LIST, { filter: { open: null }, first: 3 })).data.exceptions;
  expect(first.totalCount).toBe(everything.length);
  const after = first.pageInfo.endCursor;
  const rest = (await desk.ask(LIST, { filter: { open: null }, first: 100, after })).data
    .exceptions;
  expect(
    [...first.edges, ...rest.edges].map(({ node }: { node: { id: string } }) => node.id),
  ).toEqual(everything);
  expect((await desk.ask(LIST, { after: "x" })).codes).toEqual(["BAD_USER_INPUT"]);
});

test("who follows the exceptions is told of each, and goes on from its cursor", async () => {
  const from = (after: string) =>
    desk.follow(
      `subscription { exceptionRaised(after: "${after}") { id cursor owner } }`,
      operator,
    );
  const stream = await from(encodeCursor(LOG_START));
  const { value } = await stream.next();
  const told = value.data?.["exceptionRaised"] as { id: string; cursor: string };
  const everything = await exceptionsOf({ open: null });
  expect(told.id).toBe(everything.at(-1));
  const resumed = await from(told.cursor);
  const next = (await resumed.next()).value.data?.["exceptionRaised"] as { id: string };
  expect(next.id).toBe(everything.at(-2));
  await Promise.all([stream.return(undefined), resumed.return(undefined)]);
});

test("a list says from where its stream goes on: what is not in the one is in the other", async () => {
  const list = "{ exceptions(first: 500) { eventCursor edges { node { id } } } }";
  const { exceptions } = (await desk.ask(list)).data;
  const { id } = await waiting();
  const stream = await desk.follow(
    `subscription { exceptionChanged(after: "${String(exceptions.eventCursor)}") { exception { id } } }`,
    operator,
  );
  const { value } = await stream.next();
  expect(value.data).toEqual({ exceptionChanged: { exception: { id } } });
  expect(exceptions.edges).not.toContainEqual({ node: { id } });
  await stream.return(undefined);
  expect((await desk.ask("{ exceptions(first: 501) { totalCount } }")).codes).toEqual([
    "BAD_USER_INPUT",
  ]);
});

test("who follows from a snapshot is told of those that are open, also when it is cut", async () => {
  const from = (after: string) =>
    desk.follow(
      `subscription { exceptionRaised(fromSnapshot: true${after}) { id cursor resolvedAt } }`,
      operator,
    );
  const open = await exceptionsOf({ open: true });
  expect(open.length).toBeGreaterThan(1);
  const told: { id: string; cursor: string; resolvedAt: string | null }[] = [];
  for (const _ of open) {
    const last = told.at(-1)?.cursor;
    const stream = await from(last === undefined ? "" : `, after: "${last}"`);
    told.push((await stream.next()).value.data?.["exceptionRaised"] as (typeof told)[number]);
    await stream.return(undefined);
  }
  expect(told.map(({ id }) => id)).toEqual(open);
  expect(told.every(({ resolvedAt }) => resolvedAt === null)).toBe(true);
});

test("a silent feed waits without a command, and closes by nobody's word", async () => {
  const at = instantOf(new Date());
  const silent = { feed: "wms-shipment", source: "wms", heardAt: at, lastFailure: null };
  await desk.ledger.transaction((trx) =>
    openFeedException(trx, silent, { at, correlationId: "test" }),
  );
  const { data } = await desk.ask(LIST, { filter: { code: "FEED_SILENT" } });
  expect(data.exceptions.edges).toMatchObject([
    {
      node: {
        id: "wms-shipment-1",
        subject: { typename: "Feed", id: "wms-shipment" },
        command: null,
        owner: "source",
        suggestedAction: { code: "RESTORE_CONNECTION" },
      },
    },
  ]);
  expect(await exceptionsOf({ code: "FEED_SILENT" }, helper)).toEqual([]);
  const refused = await resolve("wms-shipment-1", "IGNORED");
  expect(refused.codes).toEqual(["BAD_USER_INPUT"]);
  expect(refused.messages[0]).toContain("closes by itself");
});
