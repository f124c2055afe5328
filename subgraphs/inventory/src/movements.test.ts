import { adjustInventory, transferInventory } from "@crossdock/commands";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openInventory, portal, type InventoryStand } from "./testing/stand.ts";

const operator = viewerOf("operator", "all");

let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
}, 30_000);
afterAll(() => stand.close());

const ADJUST = `mutation($input: AdjustInventoryInput!) { adjustInventory(input: $input) {
  command { id type status } position { id onHand { value } } movement { delta { value } } replayed userErrors { code field } } }`;
const TRANSFER = `mutation($input: TransferInventoryInput!) { transferInventory(input: $input) {
  command { id type status } replayed userErrors { code field } } }`;

let keys = 0;
const keyed = (input: object) => ({ idempotencyKey: `key-${String((keys += 1))}`, ...input });

async function adjust(more: object) {
  const input = keyed({ sku: "NG-10010", warehouse: "EAST", reason: "Counted", ...more });
  return dataOf(await stand.start().ask(ADJUST, { input }, operator)).adjustInventory;
}

async function transfer(more: object) {
  const input = keyed({
    sku: "NG-10010",
    fromWarehouse: "EAST",
    toWarehouse: "WEST",
    quantity: "3",
    ...more,
  });
  return dataOf(await stand.start().ask(TRANSFER, { input }, operator)).transferInventory;
}

async function commandOf({ command }: { command: { id: string } }) {
  const [record] = await stand.commandLog.read([command.id]);
  if (record == null) throw new Error("There is no such command.");
  return record;
}

test("a count and a correction are accepted for the books, with what the warehouse says beside", async () => {
  const counted = await adjust({ countedQuantity: "0", lot: null });
  expect(counted).toMatchObject({
    command: { type: "inventory.adjustInventory", status: "ACCEPTED" },
    position: { id: "NG-10010@EAST", onHand: { value: "10" } },
    // Nobody has entered anything yet.
    movement: null,
    replayed: false,
    userErrors: [],
  });
  const record = await commandOf(counted);
  expect(record).toMatchObject({ subject: "stock:NG-10010", lane: "erp", customerNumber: null });
  expect(adjustInventory.parse(record.data)).toMatchObject({
    kind: "count",
    sku: "NG-10010",
    warehouse: "EAST",
    lot: null,
    quantity: { value: "0", uom: "EA" },
    reason: "Counted",
    on: "2026-11-21",
  });
  const corrected = await commandOf(await adjust({ delta: "-2", sku: "NG-10056", lot: " L-7 " }));
  expect(corrected.data).toMatchObject({
    kind: "difference",
    lot: "L-7",
    quantity: { value: "-2" },
  });
});

test("a transfer is accepted for the books, up to what can be promised", async () => {
  const command = await commandOf(await transfer({ quantity: "8" }));
  expect(command).toMatchObject({ subject: "stock:NG-10010", lane: "erp" });
  expect(transferInventory.parse(command.data)).toMatchObject({
    kind: "transfer",
    warehouse: "EAST",
    to: "WEST",
    quantity: { value: "8", uom: "EA" },
  });
});

test("a repeat gets the first answer, another input is a conflict", async () => {
  const input = { idempotencyKey: "count-1", delta: "1" };
  const first = await adjust(input);
  expect(await adjust({ ...input, countedQuantity: null })).toEqual({ ...first, replayed: true });
  expect(await adjust({ ...input, delta: "2" })).toMatchObject({
    command: null,
    userErrors: [{ code: "IDEMPOTENCY_CONFLICT" }],
  });
  const moved = await transfer({ idempotencyKey: "move-1" });
  expect(await transfer({ idempotencyKey: "move-1" })).toEqual({ ...moved, replayed: true });
});

test.each([
  [{}, "INVALID_VALUE", "countedQuantity"],
  [{ countedQuantity: "1", delta: "1" }, "INVALID_VALUE", "countedQuantity"],
  [{ countedQuantity: "-1" }, "INVALID_QUANTITY", "countedQuantity"],
  [{ countedQuantity: "1.5" }, "INVALID_QUANTITY", "countedQuantity"],
  [{ delta: "0" }, "INVALID_QUANTITY", "delta"],
  [{ delta: "-1000000001" }, "INVALID_QUANTITY", "delta"],
  [{ delta: "1", reason: " " }, "INVALID_VALUE", "reason"],
  [{ delta: "1", reason: "x".repeat(101) }, "INVALID_VALUE", "reason"],
  [{ delta: "1", sku: "NG-99999" }, "UNKNOWN_SKU", "sku"],
  [{ delta: "1", warehouse: "NOWHERE" }, "UNKNOWN_WAREHOUSE", "warehouse"],
  [{ delta: "1", lot: "L-7" }, "INVALID_VALUE", "lot"],
  [{ delta: "1", sku: "NG-10056" }, "INVALID_VALUE", "lot"],
  [{ delta: "1", sku: "NG-10056", lot: "x".repeat(51) }, "INVALID_VALUE", "lot"],
  [{ delta: "1", sku: "NG-10058" }, "NOT_SUPPORTED", "sku"],
])("an adjustment with %j is refused as %s", async (more, code, field) => {
  const answer = await adjust(more);
  expect(answer).toMatchObject({ command: null, position: null, replayed: false });
  expect(answer.userErrors).toEqual([{ code, field: [field] }]);
});

test.each([
  [{ quantity: "0" }, "INVALID_QUANTITY", "quantity"],
  [{ quantity: "0.5" }, "INVALID_QUANTITY", "quantity"],
  [{ quantity: "9" }, "INSUFFICIENT_STOCK", "quantity"],
  [{ toWarehouse: "EAST" }, "INVALID_VALUE", "toWarehouse"],
  [{ toWarehouse: "NOWHERE" }, "UNKNOWN_WAREHOUSE", "toWarehouse"],
  [{ fromWarehouse: "NOWHERE" }, "UNKNOWN_WAREHOUSE", "fromWarehouse"],
  [{ sku: "<>" }, "UNKNOWN_SKU", "sku"],
  [{ sku: "NG-10056" }, "NOT_SUPPORTED", "sku"],
  [{ sku: "NG-10058" }, "NOT_SUPPORTED", "sku"],
])("a transfer with %j is refused as %s", async (more, code, field) => {
  const answer = await transfer(more);
  expect(answer).toMatchObject({ command: null, replayed: false });
  expect(answer.userErrors).toEqual([{ code, field: [field] }]);
});

test("only the distributor's own people move stock", async () => {
  const { ask } = stand.start();
  const input = keyed({ sku: "NG-10010", warehouse: "EAST", reason: "Mine", delta: "1" });
  expect(codesOf(await ask(ADJUST, { input }, portal))).toEqual(["FORBIDDEN"]);
  const move = keyed({
    sku: "NG-10010",
    fromWarehouse: "EAST",
    toWarehouse: "WEST",
    quantity: "1",
  });
  expect(codesOf(await ask(TRANSFER, { input: move }, portal))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await ask(ADJUST, { input }, null))).toEqual(["UNAUTHENTICATED"]);
});
