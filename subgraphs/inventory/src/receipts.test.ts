import { announceReceipt } from "@crossdock/commands";
import {
  instantOf,
  parseDecimal,
  parseLocalDate,
  parseReceiptId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type Receipt,
} from "@crossdock/domain";
import { tellReceipts } from "@crossdock/processes";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openInventory, portal, type InventoryStand } from "./testing/stand.ts";

const operator = viewerOf("operator", "all");
const each = (digits: string) => quantity(parseDecimal(digits), parseUomCode("EA"));

let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
}, 30_000);
afterAll(() => stand.close());

const ANNOUNCE = `mutation($input: AnnounceReceiptInput!) { announceReceipt(input: $input) {
  command { id type status } receipt { id } replayed userErrors { code field } } }`;
const CANCEL = `mutation($input: CancelReceiptInput!) { cancelReceipt(input: $input) {
  command { id type } receipt { id status } userErrors { code field } } }`;
const RECEIPTS = `query($filter: ReceiptFilter, $first: Int, $after: String) {
  receipts(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    edges { node { id status purchaseOrder expectedOn warehouse { code }
      lines { sku product { name } expected { value } received { value } stowed { value } }
      discrepancies { sku difference expected { value } actual { value } } } } } }`;
const POSITION = `{ availability(skus: ["NG-10010"], warehouse: "EAST") { inbound { value } expectedOn inTransit { value }
  ownership countsTowardsAtp availableToPromise { value } } }`;

let keys = 0;
const keyed = (input: object) => ({ idempotencyKey: `receipt-${String((keys += 1))}`, ...input });
const announce = async (more: object) => {
  const lines = [{ sku: "NG-10010", quantity: "40" }];
  const input = keyed({ warehouse: "EAST", expectedOn: "2026-12-01", lines, ...more });
  return dataOf(await stand.start().ask(ANNOUNCE, { input }, operator)).announceReceipt;
};
const cancel = async (receiptId: string) =>
  dataOf(await stand.start().ask(CANCEL, { input: keyed({ receiptId }) }, operator)).cancelReceipt;
const list = async (variables: object = {}) =>
  dataOf(await stand.start().ask(RECEIPTS, { ...variables }, operator)).receipts;

function receipt(id: string, more: Partial<Receipt> = {}): Receipt {
  return {
    id: parseReceiptId(id),
    warehouse: parseWarehouseCode("EAST"),
    purchaseOrder: "106003",
    key: null,
    status: "ANNOUNCED",
    expectedOn: parseLocalDate("2026-12-01"),
    lines: [
      {
        sku: parseSku("NG-10010"),
        expected: each("40"),
        received: each("0"),
        stowed: each("0"),
      },
    ],
    modifiedAt: instantOf(new Date("2026-11-21T08:00:00Z")),
    ...more,
  };
}

const seen = (...receipts: readonly Receipt[]) =>
  stand.ledger.transaction((trx) =>
    tellReceipts(trx, receipts, { at: stand.clock.now(), correlationId: "test" }),
  );

test("what a supplier sends is accepted for the warehouse, once", async () => {
  const input = { idempotencyKey: "container-1", purchaseOrder: " 106003 " };
  const first = await announce(input);
  expect(first).toMatchObject({
    command: { type: "inventory.announceReceipt", status: "ACCEPTED" },
    receipt: null,
    replayed: false,
    userErrors: [],
  });
  const [record] = await stand.commandLog.read([first.command.id]);
  expect(record).toMatchObject({ lane: "wms", customerNumber: null });
  expect(announceReceipt.parse(record?.data)).toMatchObject({
    warehouse: "EAST",
    purchaseOrder: "106003",
    expectedOn: "2026-12-01",
    lines: [{ sku: "NG-10010", quantity: { value: "40", uom: "EA" }, lot: null }],
  });
  expect(await announce(input)).toEqual({ ...first, replayed: true });
});

test("a lot goes with its expiry", async () => {
  const lot = { lot: " L-7 ", lotExpiresOn: "2027-12-31" };
  const { command } = await announce({ lines: [{ sku: "NG-10056", quantity: "5", ...lot }] });
  const [record] = await stand.commandLog.read([command.id]);
  expect(announceReceipt.parse(record?.data).lines).toMatchObject([
    { sku: "NG-10056", lot: { number: "L-7", expiresOn: "2027-12-31" } },
  ]);
});

const line = (more: object) => ({ lines: [{ sku: "NG-10010", quantity: "1", ...more }] });
test.each([
  [{ warehouse: "NOWHERE" }, "UNKNOWN_WAREHOUSE", ["warehouse"]],
  [{ expectedOn: "2026-11-21" }, "INVALID_VALUE", ["expectedOn"]],
  [{ purchaseOrder: "1,2" }, "INVALID_VALUE", ["purchaseOrder"]],
  [{ purchaseOrder: "x".repeat(36) }, "INVALID_VALUE", ["purchaseOrder"]],
  [{ lines: [] }, "INVALID_VALUE", ["lines"]],
  [line({ quantity: "0" }), "INVALID_QUANTITY", ["lines", "0", "quantity"]],
  [line({ quantity: "1.5" }), "INVALID_QUANTITY", ["lines", "0", "quantity"]],
  [line({ sku: "NG-99999" }), "UNKNOWN_SKU", ["lines", "0", "sku"]],
  [line({ lot: "L-7" }), "INVALID_VALUE", ["lines", "0", "lot"]],
  [line({ sku: "NG-10056" }), "INVALID_VALUE", ["lines", "0", "lot"]],
  [line({ sku: "NG-10056", lot: "x".repeat(51) }), "INVALID_VALUE", ["lines", "0", "lot"]],
  [{ lines: [...line({}).lines, ...line({}).lines] }, "INVALID_VALUE", ["lines", "1", "sku"]],
])("an announcement with %j is refused as %s", async (more, code, field) => {
  const answer = await announce(more);
  expect(answer).toMatchObject({ command: null, receipt: null });
  expect(answer.userErrors).toEqual([{ code, field }]);
});

test("what is on its way is listed by the day on which it is expected, and is in the position", async () => {
  const later = parseLocalDate("2026-12-24");
  await seen(
    receipt("400003", { expectedOn: null, purchaseOrder: null }),
    receipt("400001"),
    receipt("400002", { expectedOn: later, warehouse: parseWarehouseCode("WEST") }),
  );
  const first = await list({ first: 2 });
  expect(first.totalCount).toBe(3);
  expect(first.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([
    "400001",
    "400002",
  ]);
  expect(first.edges[0].node).toMatchObject({
    status: "ANNOUNCED",
    purchaseOrder: "106003",
    expectedOn: "2026-12-01",
    warehouse: { code: "EAST" },
    lines: [{ sku: "NG-10010", expected: { value: "40" }, stowed: { value: "0" } }],
    discrepancies: [],
  });
  const rest = await list({ first: 2, after: first.pageInfo.endCursor });
  expect(rest.edges).toMatchObject([{ node: { id: "400003", expectedOn: null } }]);
  expect(rest.pageInfo.hasNextPage).toBe(false);
  const west = await list({ filter: { warehouse: "WEST", sku: "NG-10010" } });
  expect(west.edges).toMatchObject([{ node: { id: "400002" } }]);
  const position = async () => dataOf(await stand.start().ask(POSITION, {}, portal)).availability;
  // Until the book has all that the warehouses await, how much it is remains their word.
  expect(await position()).toMatchObject([{ inbound: { value: "0" }, expectedOn: "2026-12-01" }]);
  const mark = { watermark: stand.clock.now(), swept_at: stand.clock.now() };
  const loaded = { feed: "wms-receipt#history", ...mark };
  await stand.ledger.db.insertInto("feed_watermarks").values(loaded).execute();
  expect(await position()).toMatchObject([{ inbound: { value: "80" } }]);
  expect(await position()).toMatchObject([
    {
      expectedOn: "2026-12-01",
      inTransit: { value: "0" },
      ownership: "OWN",
      countsTowardsAtp: true,
    },
  ]);
});

test("what did not come as announced is told with both numbers, and waits for a person", async () => {
  const [announced] = receipt("400007").lines;
  if (announced === undefined) throw new Error("the receipt has no line");
  await seen(receipt("400007"));
  const lines = [{ ...announced, received: each("38"), stowed: each("37") }];
  const modifiedAt = instantOf(new Date("2026-11-21T09:00:00Z"));
  const done = receipt("400007", { status: "RECEIVED", lines, modifiedAt });
  const [raised, ...others] = await seen(done);
  expect(raised?.data).toMatchObject({ code: "RECEIPT_DISCREPANCY", commandId: null });
  expect(others).toEqual([]);
  expect(await seen(done, receipt("400007"))).toEqual([]);
  const { edges } = await list({ filter: { statuses: ["RECEIVED"] } });
  expect(edges[0].node).toMatchObject({
    id: "400007",
    discrepancies: [
      { difference: "SHORT", expected: { value: "40" }, actual: { value: "38" } },
      { difference: "DAMAGED", expected: { value: "38" }, actual: { value: "37" } },
    ],
  });
  const row = await stand.ledger.db
    .selectFrom("exceptions")
    .selectAll()
    .where("subject", "=", "receipt:400007")
    .executeTakeFirstOrThrow();
  expect(row.summary).toContain("40 EA were announced and 38 EA came");
  expect(await cancel("400007")).toMatchObject({
    command: null,
    userErrors: [{ code: "NOT_CANCELLABLE", field: ["receiptId"] }],
  });
});

test("an announcement is taken back while nothing has come; others are refused", async () => {
  await seen(receipt("400008"));
  expect(await cancel("400008")).toMatchObject({
    command: { type: "inventory.cancelReceipt" },
    receipt: { id: "400008", status: "ANNOUNCED" },
    userErrors: [],
  });
  for (const id of ["999999", "<>"]) {
    expect((await cancel(id)).userErrors).toEqual([
      { code: "UNKNOWN_RECEIPT", field: ["receiptId"] },
    ]);
  }
});

test("receipts are for the distributor's own people", async () => {
  const { ask } = stand.start();
  expect(codesOf(await ask(RECEIPTS, {}, portal))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await ask(`{ receipt(id: "400001") { id } }`, {}, portal))).toEqual(["FORBIDDEN"]);
  const input = keyed({ warehouse: "EAST", expectedOn: "2026-12-01", ...line({}) });
  expect(codesOf(await ask(ANNOUNCE, { input }, portal))).toEqual(["FORBIDDEN"]);
});
