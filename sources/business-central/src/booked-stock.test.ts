import {
  parseDecimal,
  parseLocalDate,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderKey,
} from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import type { BookedStock } from "@crossdock/source-contract";
import { startTenant, type Tenant } from "./testing/tenant.ts";

const signal = AbortSignal.timeout(60_000);
const [EAST, WEST] = [parseWarehouseCode("EAST"), parseWarehouseCode("WEST")];
const [SKU, OTHER, UNKNOWN] = ["NG-10008", "NG-10002", "NG-99999"].map((raw) => parseSku(raw));
const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));
const items = new Map(generateWorld().items.map((item) => [item.sku as string, item]));

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.stop());

async function read(sku = SKU): Promise<ReadonlyMap<string, BookedStock>> {
  const query = {
    skus: [UNKNOWN, sku].flatMap((one) => one ?? []),
    receivedSince: parseLocalDate("2026-01-01"),
  };
  const [none, booked = []] = await tenant.system.bookedStock.readBookedStock(query, signal);
  expect(none).toEqual([]);
  return new Map(booked.map((stock) => [stock.warehouse, stock]));
}

function opening(sku: string, warehouse: string): string {
  const stock = items.get(sku)?.stock.find(({ warehouseCode }) => warehouseCode === warehouse);
  return String(stock?.onHand ?? 0);
}

test("what is posted is told by warehouse, all lots of it together", async () => {
  const booked = await read();
  for (const warehouse of [EAST, WEST]) {
    const onHand = opening(SKU ?? "", warehouse);
    expect(booked.get(warehouse)?.booked ?? each("0")).toEqual(each(onHand));
  }
});

test("two hundred items are read at once, each with what the books have of it", async () => {
  const skus = [...items.keys()].slice(0, 200).map((raw) => parseSku(raw));
  const query = { skus, receivedSince: parseLocalDate("2026-01-01") };
  const booked = await tenant.system.bookedStock.readBookedStock(query, signal);
  expect(booked).toHaveLength(200);
  for (const [at, sku] of skus.entries()) {
    const told = booked[at]?.find(({ warehouse }) => warehouse === EAST)?.booked ?? each("0");
    expect(told).toEqual(each(opening(sku, EAST)));
  }
});

test("what waits in the journals is told beside it, both sides of a transfer, and is booked once it is posted", async () => {
  const common = { sku: parseSku("NG-10008"), warehouse: EAST, lot: null, reason: "A test" };
  const on = parseLocalDate("2026-11-21");
  const { stockMovements } = tenant.system;
  const difference = { ...common, on, key: "1000000001" as OrderKey, kind: "difference" as const };
  await stockMovements.bookMovement({ ...difference, quantity: each("-3") }, signal, null);
  const transfer = { ...common, on, key: "1000000002" as OrderKey, kind: "transfer" as const };
  await stockMovements.bookMovement({ ...transfer, to: WEST, quantity: each("5") }, signal, null);
  const before = await read();
  expect(before.get(EAST)?.waiting).toEqual(each("-8"));
  expect(before.get(WEST)?.waiting).toEqual(each("5"));
  await tenant.advance("1000000001", "posted");
  await tenant.advance("1000000002", "posted");
  const after = await read();
  expect(after.get(EAST)).toMatchObject({
    waiting: each("0"),
    booked: each(String(Number(opening("NG-10008", "EAST")) - 8)),
  });
});

test("a line in another unit keeps what waits from being told", async () => {
  await tenant.type("ItemJournal", {
    Document_No: "BY-HAND",
    Item_No: OTHER,
    Location_Code: EAST,
    Quantity: 1,
    Unit_of_Measure_Code: "BX",
  });
  expect((await read(OTHER)).get(EAST)?.waiting).toBeNull();
  expect((await read(OTHER)).get(WEST)?.waiting ?? each("0")).toEqual(each("0"));
});
