import {
  instantOf,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type StockReading,
} from "@crossdock/domain";
import { encodeCursor } from "@crossdock/events";
import { bookedStockEvent, tellStockReadings } from "@crossdock/processes";
import { dataOf } from "@crossdock/subgraph-kit/testing";
import { openInventory, portal, type InventoryStand } from "./testing/stand.ts";

let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
}, 60_000);
afterAll(() => stand.close());

const FOLLOW = `subscription($skus: [String!], $warehouse: String, $after: EventCursor) {
  inventoryChanged(skus: $skus, warehouse: $warehouse, after: $after) {
    cursor type occurredAt delta { value uom }
    position { id onHand { value uom } allocated { value } inbound { value }
      availableToPromise { value } provenance { source asOf freshness } } } }`;
const NAMES = `subscription($skus: [String!], $after: EventCursor) {
  inventoryChanged(skus: $skus, after: $after) {
    position { onHand { value } product { name } warehouse { name } lots { number } } } }`;

const EA = parseUomCode("EA");
const each = (digits: number) => quantity(parseDecimal(String(digits)), EA);
const context = { correlationId: "test", causationId: null, tenant: null };
let seconds = 0;

/** What the warehouse says, told as its feed tells it. */
async function say(sku: string, warehouse: string, onHand: number, allocated = 0): Promise<void> {
  const now = () =>
    instantOf(new Date(Date.parse("2026-11-21T08:00:00Z") + (seconds += 1) * 1_000));
  const level = {
    sku: parseSku(sku),
    warehouse: parseWarehouseCode(warehouse),
    onHand: each(onHand),
    allocated: each(allocated),
    inbound: each(0),
  };
  const reading: StockReading = { level, movements: [], askedAt: now(), answeredAt: now() };
  await stand.ledger.transaction(async (trx) => {
    const events = await tellStockReadings(trx, [reading], "wms-stock");
    await stand.eventLog.append(trx, events, context);
  });
}

async function take(query: string, variables: Record<string, unknown>, count: number) {
  const { follow, calls } = stand.start();
  const stream = await follow(query, portal, variables);
  const taken = [];
  for (let at = 0; at < count; at += 1)
    taken.push(dataOf((await stream.next()).value).inventoryChanged);
  await stream.return?.();
  return { taken, calls };
}

const end = async () => encodeCursor(await stand.eventLog.head());

test("an event answers with the stock as it was after it, and no source is read", async () => {
  await say("NG-10010", "EAST", 40, 4);
  const after = await end();
  await say("NG-10010", "EAST", 45, 4);
  await say("NG-10010", "EAST", 3, 4);
  const { taken, calls } = await take(FOLLOW, { skus: ["NG-10010"], after }, 2);
  expect(taken).toMatchObject([
    {
      type: "ADJUSTED",
      delta: { value: "5", uom: "EA" },
      position: {
        id: "NG-10010@EAST",
        onHand: { value: "45", uom: "EA" },
        allocated: { value: "4" },
        inbound: { value: "0" },
        availableToPromise: { value: "41" },
        provenance: { source: "wms", freshness: "CACHED" },
      },
    },
    { delta: { value: "-42" }, position: { availableToPromise: { value: "0" } } },
  ]);
  expect(calls).toEqual([]);
});

test("product and warehouse of an event are resolved, and lots are read where they are asked for", async () => {
  await say("NG-10012", "WEST", 40);
  const after = await end();
  await say("NG-10012", "WEST", 41);
  const { taken, calls } = await take(NAMES, { skus: ["NG-10012"], after }, 1);
  expect(taken).toEqual([
    {
      position: {
        onHand: { value: "41" },
        product: { name: "Bolt 12" },
        warehouse: { name: "West Coast" },
        lots: [],
      },
    },
  ]);
  expect(calls.sort()).toEqual(["listWarehouses(0)", "readLots(1)", "readProducts(1)"]);
});

test("a reservation tells the stock beside what it holds, once the warehouse has told it", async () => {
  await say("NG-10016", "EAST", 16, 2);
  const after = await end();
  const reserve = `mutation($input: ReserveInventoryInput!) {
    reserveInventory(input: $input) { userErrors { code } } }`;
  const input = { idempotencyKey: "told", sku: "NG-10016", quantity: "6", warehouse: "EAST" };
  const { ask } = stand.start();
  expect(dataOf(await ask(reserve, { input })).reserveInventory.userErrors).toEqual([]);
  const { taken, calls } = await take(FOLLOW, { skus: ["NG-10016"], after }, 1);
  expect(taken).toMatchObject([
    {
      type: "RESERVED",
      delta: { value: "-6" },
      position: {
        onHand: { value: "16" },
        allocated: { value: "8" },
        availableToPromise: { value: "8" },
      },
    },
  ]);
  expect(calls).toEqual([]);
});

test("what was entered into the ERP's books, and what was written before events had stock, is read", async () => {
  const after = await end();
  const booked = bookedStockEvent({
    sku: parseSku("NG-10018"),
    warehouse: parseWarehouseCode("EAST"),
    change: "COUNTED",
    delta: each(-2),
    at: stand.clock.now(),
  });
  await stand.ledger.transaction(async (trx) => {
    const rows = stand.eventLog.rowsOf([booked, booked], context);
    // As version 1 wrote it: without a position.
    const { position: _position, ...first } = rows[1]?.data as { readonly position: null };
    const old = rows.slice(1).map((row) => ({ ...row, version: 1, data: first }));
    await stand.eventLog.appendRows(trx, [...rows.slice(0, 1), ...old]);
  });
  const { taken, calls } = await take(FOLLOW, { skus: ["NG-10018"], after }, 2);
  const now = { onHand: { value: "18" }, availableToPromise: { value: "16" } };
  expect(taken).toMatchObject([
    { type: "COUNTED", delta: { value: "-2" }, position: now },
    { type: "COUNTED", delta: { value: "-2" }, position: now },
  ]);
  // Once: it was asked after both.
  expect(calls).toEqual(["readStock(1)"]);
});

test("what nobody has is followed in silence; the filters that match go on", async () => {
  await say("NG-10020", "EAST", 20);
  await say("NG-10020", "WEST", 20);
  const after = await end();
  await say("NG-10020", "EAST", 21);
  await say("NG-10020", "WEST", 22);
  const only = async (variables: object) => {
    const stream = await stand.start().follow(FOLLOW, portal, { after, ...variables });
    const next = stream.next();
    const quiet = new Promise<"nothing">((resolve) => setTimeout(() => resolve("nothing"), 300));
    const first = await Promise.race([next, quiet]);
    await stream.return?.();
    return first === "nothing" ? first : dataOf(first.value).inventoryChanged.position.id;
  };
  expect(await only({ skus: ["NO-SUCH-ITEM"] })).toBe("nothing");
  expect(await only({ warehouse: "NOWHERE" })).toBe("nothing");
  expect(await only({ skus: [] })).toBe("nothing");
  expect(await only({ skus: ["NO-SUCH-ITEM", "NG-10020"], warehouse: "WEST" })).toBe(
    "NG-10020@WEST",
  );
});

test("a filter that can name nothing, or names too much, is refused at once", async () => {
  const many = Array.from({ length: 101 }, (_, nth) => `NG-${String(nth)}`);
  for (const variables of [
    { skus: ["NG-10010", "<script>"] },
    { skus: [""] },
    { skus: many },
    { warehouse: "<script>" },
    { warehouse: "" },
    { after: "nonsense" },
  ]) {
    await expect(stand.start().follow(FOLLOW, portal, variables)).rejects.toMatchObject({
      extensions: { code: "BAD_USER_INPUT" },
    });
  }
});
