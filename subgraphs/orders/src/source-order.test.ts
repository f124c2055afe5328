import { parseOrderId, parseOrderNumber, parseSku, type OrderToCashEvent } from "@crossdock/domain";
import { openSharedTestLedger, type SharedTestLedger } from "@crossdock/ledger/testing";
import { createExceptionBook, createReservationBook } from "@crossdock/processes";
import { openStand, operator, portal, type Stand } from "./testing/stand.ts";

let shared: SharedTestLedger;
let stand: Stand;
beforeAll(async () => {
  shared = await openSharedTestLedger();
}, 30_000);
beforeEach(async () => {
  stand = await openStand({ shared });
});
afterEach(() => stand.close());
afterAll(() => shared.close());

const SKU = parseSku("NG-2");
const trace = { correlationId: "test", causationId: null };
const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) {
  order { id } userErrors { code } } }`;
const ORDER = `order { id status holds { code }
  allocationFailures { lineNumber cause quantity { value } warehouse choices { kind warehouse quantity { value } until } }
  lines { backordered { value } allocations { warehouse quantity { value } } } }`;
const SOURCE = `mutation ($input: SourceOrderInput!) { sourceOrder(input: $input) {
  command { status } ${ORDER} replayed userErrors { code message field } } }`;
const FAILURES = `query ($id: ID!) { order(id: $id) ${ORDER.slice("order ".length)} }`;

let made = 0;
const key = () => `source-${String((made += 1))}`;

/** An order of 30 from WEST, which has 20; the ERP has it. */
async function waiting(): Promise<string> {
  const input = {
    idempotencyKey: key(),
    customerId: "C10010",
    warehouse: "WEST",
    lines: [{ sku: SKU, quantity: "30" }],
  };
  const { data, codes } = await stand.ask(SUBMIT, { input }, portal);
  expect(codes).toEqual([]);
  const { id } = data.submitOrder.order;
  await tell(id, { kind: "orderCreated", number: parseOrderNumber(`SO-${id.slice(0, 5)}`) });
  return id;
}

type Told<Event> = Event extends unknown ? Omit<Event, "at" | "source"> : never;

async function tell(id: string, event: Told<OrderToCashEvent>): Promise<void> {
  const told = { ...event, at: stand.clock.now(), source: "test" } as OrderToCashEvent;
  const effects = [{ orderId: parseOrderId(id), event: told }];
  await stand.ledger.transaction((trx) => stand.process.apply(trx, effects, [], trace));
}

const lookedInVain = (id: string) =>
  tell(id, {
    kind: "backorderSourced",
    look: 1,
    rule: "fewest-shipments/1",
    assignments: [],
    promises: [{ lineNumber: 1, promisedOn: null, reason: "WEST has no more.", isUnsourced: true }],
  });
const source = async (orderId: string, assignments: readonly object[], more: object = {}) =>
  (
    await stand.ask(
      SOURCE,
      { input: { idempotencyKey: key(), orderId, assignments, ...more } },
      operator,
    )
  ).data.sourceOrder;
const open = async () => {
  const { exceptions } = await createExceptionBook(stand.ledger).listExceptions({
    customerNumbers: "all",
    isOpen: true,
    first: 10,
    after: null,
  });
  return exceptions.map(({ record }) => record.code);
};
const fromEast = (quantity: string) => [{ lineNumber: 1, warehouse: "EAST", quantity }];

test("what no rule finds a warehouse for is an operator's, with what can be done, and is sourced by hand", async () => {
  const id = await waiting();
  await lookedInVain(id);
  expect(await open()).toEqual(["ALLOCATION_FAILED"]);
  const { data } = await stand.ask(FAILURES, { id }, operator);
  expect(data.order.allocationFailures).toMatchObject([
    {
      cause: "NO_STOCK",
      quantity: { value: "10" },
      choices: [
        { kind: "SOURCE_FROM", warehouse: "EAST", quantity: { value: "10" } },
        { kind: "WAIT", until: null },
        { kind: "CANCEL_LINE" },
      ],
    },
  ]);
  const input = { idempotencyKey: key(), note: "The buyer agrees." };
  const sourced = await source(id, fromEast("10"), input);
  expect(sourced).toMatchObject({
    command: { status: "SUCCEEDED" },
    order: {
      allocationFailures: [],
      lines: [{ backordered: { value: "0" } }],
    },
    userErrors: [],
  });
  expect(sourced.order.lines[0].allocations).toContainEqual({
    warehouse: "EAST",
    quantity: { value: "10" },
  });
  expect(await open()).toEqual([]);
  expect(await source(id, fromEast("10"), input)).toMatchObject({ replayed: true });
  const [held = []] = await createReservationBook(stand.ledger, stand.clock).readHeld([SKU]);
  expect(held.map(({ warehouse, quantity: { value } }) => `${warehouse} ${value}`)).toContain(
    "EAST 10",
  );
});

test("stock that others were promised is sourced to nobody, and nothing of the command remains", async () => {
  const id = await waiting();
  await lookedInVain(id);
  const rival = {
    idempotencyKey: key(),
    customerId: "C10010",
    warehouse: "EAST",
    allowBackorder: false,
    lines: [{ sku: SKU, quantity: "95" }],
  };
  const taken = await stand.ask(SUBMIT, { input: rival }, portal);
  expect(taken.data.submitOrder.userErrors).toEqual([]);
  expect(await source(id, fromEast("10"))).toMatchObject({
    command: null,
    userErrors: [{ code: "INSUFFICIENT_STOCK", field: ["assignments"] }],
  });
  expect(await open()).toEqual(["ALLOCATION_FAILED"]);
  expect(await source(id, fromEast("5"))).toMatchObject({ userErrors: [] });
});

test("two who source the same goods at the same moment have them sent once", async () => {
  const id = await waiting();
  await lookedInVain(id);
  const answers = await Promise.all([source(id, fromEast("10")), source(id, fromEast("10"))]);
  const codes = answers.flatMap(({ userErrors }) =>
    userErrors.map(({ code }: { code: string }) => code),
  );
  expect(codes).toEqual(["INVALID_QUANTITY"]);
  const { data } = await stand.ask(FAILURES, { id }, operator);
  const pieces = data.order.lines[0].allocations.map(
    ({ quantity }: { quantity: { value: string } }) => Number(quantity.value),
  );
  expect(pieces.reduce((sum: number, each: number) => sum + each, 0)).toBe(30);
});

test("a release that may have reached its warehouse is not sourced again", async () => {
  const id = await waiting();
  const command = stand.ledger.db
    .selectFrom("commands")
    .select(["id"])
    .where("type", "=", "shipments.releaseOrder");
  const { id: releaseId } = await command.executeTakeFirstOrThrow();
  const set = (status: string, isInDoubt: boolean) =>
    stand.ledger.db
      .updateTable("commands")
      .set({ status, in_doubt: isInDoubt } as never)
      .where("id", "=", releaseId)
      .execute();
  await tell(id, {
    kind: "stepFailed",
    step: "releaseOrder",
    release: 1,
    code: "UNKNOWN_WAREHOUSE",
    message: "The warehouse system does not run WEST.",
  });
  await set("DEAD_LETTERED", true);
  expect(await source(id, fromEast("20"))).toMatchObject({
    userErrors: [{ code: "NOT_AMENDABLE", field: ["orderId"] }],
  });
  await set("DEAD_LETTERED", false);
  const sourced = await source(id, fromEast("20"));
  expect(sourced).toMatchObject({ userErrors: [], order: { holds: [] } });
  const [before] = await stand.commandLog.read([releaseId]);
  expect(before?.status).toBe("CANCELLED");
});

test("a person says something, or it is refused", async () => {
  const id = await waiting();
  const input = { idempotencyKey: key(), orderId: id, assignments: [] };
  const { data } = await stand.ask(SOURCE, { input }, operator);
  expect(data.sourceOrder.userErrors).toMatchObject([
    { code: "INVALID_VALUE", field: ["assignments"] },
  ]);
});
