import { block, raiseInvoice, succeed, type CommandRecord } from "@crossdock/commands";
import { encodeCursor, LOG_START } from "@crossdock/events";
import { helper, openDesk, operator, portal, type Desk } from "./testing/desk.ts";

/** Purchase orders that the test's ERP takes. */
const taken = new Set<string | null>();
/** Those whose answer is lost: it has them, and nobody is told. */
const lost = new Set<string | null>();
const atErp = new Set<string>();

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({
    lookUp: async ({ data }) =>
      atErp.has(data.key)
        ? succeed({ typename: "Order", id: data.key, effects: { orders: [], events: [] } })
        : null,
    execute: async ({ data }) => {
      const { customerReference: reference, key } = data;
      if (lost.has(reference)) {
        atErp.add(key);
        throw new Error("The connection broke.");
      }
      return taken.has(reference)
        ? succeed({ typename: "Order", id: key, effects: { orders: [], events: [] } })
        : block({ code: "ITEM_BLOCKED", message: "Not this one.", lastAnswer: null });
    },
  });
});
afterAll(() => desk.close());

let references = 0;
/** A command that waits for a person. */
async function waiting(reference = `PO-${String((references += 1))}`) {
  const command = await desk.settle(reference);
  expect(command.status).toBe("DEAD_LETTERED");
  return { command, reference, id: `${command.id}-1` };
}

const EDIT = `mutation ($id: ID!, $changes: JSON!, $note: String!) {
  editAndRetryCommand(id: $id, changes: $changes, note: $note) { id status } }`;
const SKIP = `mutation ($id: ID!, $note: String!) { skipCommand(id: $id, note: $note) { id status } }`;
const ASSIGN = `mutation ($id: ID!, $assignee: String) {
  assignException(id: $id, assignee: $assignee) { id assignee } }`;
const SHOW = `query ($id: ID!) { exception(id: $id) {
  id openedAt dueAt isOverdue editable editableFields assignee resolution note } }`;
const LIST = `query ($filter: ExceptionFilter, $sort: ExceptionSort, $first: Int, $after: String) {
  exceptions(filter: $filter, sort: $sort, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { id } } } }`;
const BULK = "{ done remaining refused { id code message } }";

const edit = (id: string, changes: unknown, viewer = operator) =>
  desk.ask(EDIT, { id, changes, note: "As the buyer said." }, viewer);
const shown = async (id: string) => (await desk.ask(SHOW, { id })).data.exception;

async function listed(variables: object): Promise<string[]> {
  const { data } = await desk.ask(LIST, { first: 100, ...variables });
  return data.exceptions.edges.map(({ node }: { node: { id: string } }) => node.id);
}

async function draftOf({ subject }: CommandRecord) {
  const id = subject.slice("order:".length) as Parameters<
    Desk["orderBook"]["readOrders"]
  >[0][number];
  return (await desk.orderBook.readOrders([id]))[0]?.state?.draft;
}

async function auditOf(commandId: string) {
  return desk.ledger.db
    .selectFrom("audit_journal")
    .select(["actor", "step", "outcome", "payload_hash"])
    .where("command_id", "=", commandId)
    .orderBy("sequence")
    .execute();
}

test("what is corrected is sent, and the order is what was sent", async () => {
  const { command, id } = await waiting();
  taken.add("PO-RIGHT");
  const changes = {
    customerReference: "PO-RIGHT",
    shipTo: { city: "Boston" },
    lines: [
      { ...(await draftOf(command))?.lines[0], unitPrice: { amount: "4.5", currency: "USD" } },
    ],
  };
  const { data, messages } = await edit(command.id, changes);
  expect(messages).toEqual([]);
  expect(data.editAndRetryCommand.id).toBe(command.id);
  expect((await desk.settled(command.id)).status).toBe("SUCCEEDED");
  const draft = await draftOf(command);
  expect(draft?.customerReference).toBe("PO-RIGHT");
  expect(draft?.shipTo).toMatchObject({ city: "Boston", lines: ["1 Pier Road"] });
  expect(draft?.lines[0]?.unitPrice.amount).toBe("4.5");
  expect(await shown(id)).toMatchObject({ resolution: "RETRIED", note: "As the buyer said." });
});

test("the journal says which fields were changed, with the hash of what was before and is after", async () => {
  const { command } = await waiting();
  await edit(command.id, { customerReference: "PO-OTHER" });
  const rows = await auditOf(command.id);
  const [accepted] = rows;
  const edited = rows.find(({ step }) => step === "edited");
  expect(edited).toMatchObject({
    actor: "op",
    outcome: `customerReference OF ${accepted?.payload_hash ?? ""}`,
  });
  expect(edited?.payload_hash).not.toBe(accepted?.payload_hash);
  const { data } = await desk.ask("{ auditVerification { holds } }");
  expect(data.auditVerification.holds).toBe(true);
});

test.each([
  [{ customerNumber: "C10020" }, "customerNumber: It cannot be changed"],
  [{ lines: [] }, "lines: It cannot be changed"],
  [{ requestedDeliveryOn: "soon" }, "requestedDeliveryOn"],
  [{ shipTo: { planet: "Mars" } }, "shipTo.planet: There is no such field."],
  [{}, "Nothing changes"],
  ["PO-1", "not an object"],
])("%j is refused, with where and why", async (changes, reason) => {
  const { command, id } = await waiting();
  const { codes, messages } = await edit(command.id, changes);
  expect(codes).toEqual(["BAD_USER_INPUT"]);
  expect(messages[0]).toContain(reason);
  expect(await shown(id)).toMatchObject({ resolution: null });
});

test("an order whose first answer was lost is looked for before anything of it is changed", async () => {
  const reference = "PO-LOST";
  lost.add(reference);
  const { command } = await waiting(reference);
  const there = await edit(command.id, { customerReference: "PO-NEW" });
  expect(there.messages[0]).toContain("has reached its source");
  atErp.clear();
  taken.add("PO-NEW");
  expect((await edit(command.id, { customerReference: "PO-NEW" })).messages).toEqual([]);
  expect((await desk.settled(command.id)).status).toBe("SUCCEEDED");
});

test("what can be changed is said, and nothing is of what is over", async () => {
  const { command, id } = await waiting();
  expect(await shown(id)).toMatchObject({ editable: true });
  expect((await shown(id)).editableFields).toContain("customerReference");
  await desk.ask(`mutation { cancelCommand(id: "${command.id}", reason: "Over.") { id } }`);
  expect(await shown(id)).toMatchObject({ editable: false, editableFields: [] });
  expect((await edit(command.id, { customerReference: "X" })).messages[0]).toContain("CANCELLED");
});

test("the first step of an order cannot be left out, and it is said why, also when one of many", async () => {
  const { command, id } = await waiting();
  const { codes, messages } = await desk.ask(SKIP, { id: command.id, note: "No." });
  expect(codes).toEqual(["BAD_USER_INPUT"]);
  expect(messages[0]).toContain("Without a sales order in the ERP there is no order");
  const { data } = await desk.ask(
    `mutation { resolveExceptions(filter: { ids: ["${id}"] }, resolution: SKIPPED, note: "x") ${BULK} }`,
  );
  expect(data.resolveExceptions).toMatchObject({
    done: 0,
    remaining: 1,
    refused: [{ id, code: "BAD_USER_INPUT", message: expect.stringContaining("sales order") }],
  });
  expect(raiseInvoice.whyNotSkipped).toContain("never be billed");
});

test("many are tried again at once, and who refuses keeps no other", async () => {
  const good = [await waiting(), await waiting()];
  const ids = good.map(({ id }) => id);
  for (const { reference } of good) taken.add(reference);
  const { data } = await desk.ask(
    `mutation ($ids: [ID!]) { retryCommands(filter: { ids: $ids }) ${BULK} }`,
    { ids },
  );
  expect(data.retryCommands).toEqual({ done: 2, remaining: 0, refused: [] });
  for (const { command } of good) {
    expect((await desk.settled(command.id)).status).toBe("SUCCEEDED");
  }
});

test("of more than are asked for, the oldest are dealt with and the rest is counted", async () => {
  const all = [await waiting(), await waiting(), await waiting()];
  const ids = all.map(({ id }) => id);
  const { data } = await desk.ask(
    `mutation ($ids: [ID!]) { resolveExceptions(filter: { ids: $ids }, resolution: IGNORED,
      note: "Old.", first: 2) ${BULK} }`,
    { ids },
  );
  expect(data.resolveExceptions).toEqual({ done: 2, remaining: 1, refused: [] });
  expect(await listed({ filter: { ids } })).toEqual([ids[2]]);
});

test("an exception is due four hours after its master data stopped it, and sooner where that was agreed", async () => {
  const { id } = await waiting();
  const { openedAt, dueAt, isOverdue } = await shown(id);
  expect(Date.parse(dueAt) - Date.parse(openedAt)).toBe(4 * 3_600_000);
  expect(isOverdue).toBe(false);
  const sla = { kind: "code", value: "ITEM_BLOCKED", minutes: 1 } as const;
  await desk.ledger.db.insertInto("exception_deadlines").values(sla).execute();
  const sooner = await waiting();
  await desk.ledger.db.deleteFrom("exception_deadlines").execute();
  const { openedAt: at, dueAt: due } = await shown(sooner.id);
  expect(Date.parse(due) - Date.parse(at)).toBe(60_000);
  expect((await listed({ sort: "DUE_FIRST" }))[0]).toBe(sooner.id);
  expect(await listed({ filter: { overdue: true } })).toEqual([]);
  expect(await listed({ filter: { overdue: false } })).toContain(sooner.id);
});

test("a list by deadline is paged without a hole, and takes no cursor of another list", async () => {
  const everything = await listed({ sort: "DUE_FIRST" });
  const page = (await desk.ask(LIST, { sort: "DUE_FIRST", first: 2 })).data.exceptions;
  const after = page.pageInfo.endCursor;
  const rest = await listed({ sort: "DUE_FIRST", after });
  const firstIds = page.edges.map(({ node }: { node: { id: string } }) => node.id);
  expect([...firstIds, ...rest]).toEqual(everything);
  expect((await desk.ask(LIST, { sort: "NEWEST", after })).codes).toEqual(["BAD_USER_INPUT"]);
});

test("who works on an exception is said, found, told and written down", async () => {
  const { id } = await waiting();
  const stream = await desk.follow(
    `subscription { exceptionChanged(after: "${encodeCursor(LOG_START)}") {
      cursor isSnapshot exception { id assignee resolvedAt } } }`,
    operator,
  );
  await desk.ask(ASSIGN, { id, assignee: "Ann" });
  await desk.ask(ASSIGN, { id, assignee: "Ann" });
  expect(await shown(id)).toMatchObject({ assignee: "Ann" });
  expect(await listed({ filter: { assignee: "Ann" } })).toEqual([id]);
  await desk.ask(
    `mutation { resolveException(id: "${id}", resolution: IGNORED, note: "Done.") { id } }`,
  );
  const told = [];
  while (told.length < 3) {
    const { value } = await stream.next();
    const change = value.data?.["exceptionChanged"] as { exception: { id: string } };
    if (change.exception.id === id) told.push(change);
  }
  // Opened, assigned once, closed; each shows the exception as it is when it is served.
  expect(told).toMatchObject(
    told.map(() => ({ isSnapshot: false, exception: { assignee: "Ann" } })),
  );
  await stream.return(undefined);
  const steps = (await auditOf(id)).map(
    ({ actor, step, outcome }) => `${actor} ${step} ${outcome}`,
  );
  expect(steps).toEqual(["op assigned TO Ann"]);
  expect((await desk.ask(ASSIGN, { id, assignee: null })).messages[0]).toContain("was resolved");
});

test("a stream of changes begins with what is open when it is asked to", async () => {
  const { id } = await waiting();
  const stream = await desk.follow(
    "subscription { exceptionChanged(fromSnapshot: true) { isSnapshot exception { id } } }",
    operator,
  );
  const { value } = await stream.next();
  expect(value.data?.["exceptionChanged"]).toEqual({ isSnapshot: true, exception: { id } });
  await stream.return(undefined);
});

test("customers step in nowhere, and who sees some accounts finds nothing of others", async () => {
  const { command, id } = await waiting();
  const askAll = (viewer: typeof operator) =>
    Promise.all([
      edit(command.id, { customerReference: "X" }, viewer),
      desk.ask(SKIP, { id: command.id, note: "x" }, viewer),
      desk.ask(ASSIGN, { id, assignee: "x" }, viewer),
    ]);
  expect((await askAll(portal)).flatMap(({ codes }) => codes)).toEqual(
    Array.from({ length: 3 }, () => "FORBIDDEN"),
  );
  expect((await askAll(helper)).flatMap(({ codes }) => codes)).toEqual(
    Array.from({ length: 3 }, () => "NOT_FOUND"),
  );
  const { data } = await desk.ask(`mutation { retryCommands(filter: {}) ${BULK} }`, {}, helper);
  expect(data.retryCommands).toEqual({ done: 0, remaining: 0, refused: [] });
});
