import { generateWorld } from "../world/generate-world.ts";
import type { RunningSandbox } from "../kit/start.ts";
import { call, startWms } from "./testing/test-account.ts";

const world = generateWorld();
let wms: RunningSandbox;
beforeAll(async () => {
  wms = await startWms(0);
});
afterAll(() => wms.stop());

test("following next to the end gives every item once", async () => {
  const skus: string[] = [];
  let path: string | null = "inventory?PageSize=250";
  let pages = 0;
  while (path !== null) {
    const { body } = await call(wms, "GET", path);
    skus.push(...body.items.map((item: { sku: string }) => item.sku));
    path = body.next;
    pages += 1;
  }
  expect(pages).toBe(8);
  expect(skus).toEqual(world.items.map(({ sku }) => sku));
});

test("one call gives the stock of many items by location", async () => {
  const wanted = world.items.slice(0, 200);
  const ids = wanted.map(({ wmsInventoryId }) => wmsInventoryId).join(",");
  const { body } = await call(
    wms,
    "GET",
    `inventory-level/locations?PageSize=250&InventoryIds=${ids}`,
  );
  expect(body.next).toBeNull();
  expect(body.items).toHaveLength(200);
  expect(
    body.items[0].locations.map((of: { on_hand_quantity: number }) => of.on_hand_quantity),
  ).toEqual(wanted[0]?.stock.map(({ onHand }) => onHand));
});

test("lots add up to what the location has on hand", async () => {
  const item = world.items.find(
    ({ tracking, stock }) => tracking === "LOT" && (stock[0]?.lots.length ?? 0) > 1,
  );
  const path = `inventory-level/lots?LocationId=11&InventoryIds=${String(item?.wmsInventoryId)}`;
  const { body } = await call(wms, "GET", path);
  const { lots } = body.items[0];
  expect(lots.map((lot: { lot_number: string }) => lot.lot_number)).toEqual(
    item?.stock[0]?.lots.map(({ number }) => number),
  );
  expect(
    lots.reduce((sum: number, lot: { on_hand_quantity: number }) => sum + lot.on_hand_quantity, 0),
  ).toBe(item?.stock[0]?.onHand);
});

test("SearchBy finds an item by its whole sku or by words of its name", async () => {
  const [item] = world.items;
  const bySku = await call(wms, "GET", `inventory?SearchBy=${String(item?.sku)}`);
  expect(bySku.body.items).toHaveLength(1);
  const byName = await call(wms, "GET", "inventory?PageSize=1&SearchBy=hex%20bolt");
  expect(byName.body.items[0].name).toContain("Hex Bolt");
  expect(byName.body.next).toContain("SearchBy=hex");
});

test("an unknown id in a list is left out, a word in it is refused", async () => {
  const { body } = await call(wms, "GET", "inventory?InventoryIds=500001,999999999");
  expect(body.items).toHaveLength(1);
  expect((await call(wms, "GET", "inventory?InventoryIds=500001,abc")).status).toBe(400);
  expect((await call(wms, "GET", "inventory/999999999")).status).toBe(404);
});

test("only one channel may be written to", async () => {
  const { body } = await call(wms, "GET", "channel");
  const writable = body.items.filter((of: { scopes: string[] }) =>
    of.scopes.includes("orders_write"),
  );
  expect(writable).toHaveLength(1);
});

test("what people count is there from then on, and the history tells the difference", async () => {
  const item = world.items.find(({ tracking }) => tracking === "NONE");
  const lots = world.items.find(({ tracking }) => tracking === "LOT");
  const count = (sku: string | undefined, warehouse: string, onHand: number) =>
    fetch(`${wms.url}/_control/recount`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ source: "wms", sku, warehouse, onHand }),
    });
  const before = item?.stock.find(({ warehouseCode }) => warehouseCode === "EAST")?.onHand ?? 0;
  expect((await count(item?.sku, "EAST", before + 4)).status).toBe(200);
  expect((await count(item?.sku, "EAST", before + 4)).status).toBe(200);
  const { body } = await call(wms, "POST", "inventory/history:query", { facility_id: 11 });
  expect(body.data).toMatchObject([
    {
      inventory_id: item?.wmsInventoryId,
      event_category: "InventoryAdjusted",
      increment: { facility_id: 11, quantity_change: 4 },
      decrement: null,
    },
  ]);
  for (const [sku, warehouse, onHand, status] of [
    [item?.sku, "NOWHERE", 1, 404],
    [lots?.sku, "EAST", 1, 404],
    [item?.sku, "EAST", -1, 400],
  ] as const) {
    expect((await count(sku, warehouse, onHand)).status).toBe(status);
  }
});
