import { instantOf, parseSku, parseWarehouseCode, type Instant } from "@crossdock/domain";
import { countOf, releaseOf, startWarehouse, type Warehouse } from "./testing/warehouse.ts";

const SKU = parseSku("NG-10008");
const EAST = parseWarehouseCode("EAST");
const signal = () => AbortSignal.timeout(5_000);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await startWarehouse();
});
afterAll(() => warehouse.stop());

const eastSince = async (since: Instant, sku = SKU) => {
  const readings = await warehouse.system.stockFeed.readMovedStock({ since, skus: [] }, signal());
  return readings.find(({ level }) => level.sku === sku && level.warehouse === EAST);
};

test("goods that leave for an order are picked, and what they were promised goes with them", async () => {
  const since = instantOf(new Date());
  await warehouse.system.shipments.createRelease(
    releaseOf("SO-9700001", [{ sku: SKU, quantity: countOf("4") }]),
    signal(),
  );
  // A promise moves nothing: the history says nothing of it, the levels do.
  expect(await eastSince(since)).toBeUndefined();
  const [promised] = await warehouse.system.stock.readStock([SKU], signal());
  const before = promised?.find((position) => position.warehouse === EAST);
  await warehouse.advance("SO-9700001:1", "shipped");
  const east = await eastSince(since);
  expect(east?.movements).toMatchObject([{ change: "PICKED", delta: countOf("-4") }]);
  expect(Number(before?.onHand.value) - Number(east?.level.onHand.value)).toBe(4);
  expect(Number(before?.allocated.value) - Number(east?.level.allocated.value)).toBe(4);
});

test("a history of several pages is read to its end", async () => {
  const since = instantOf(new Date());
  const counts = 120;
  for (let nth = 1; nth <= counts; nth += 1) await warehouse.recount(SKU, EAST, 1_000 + (nth % 2));
  const east = await eastSince(since);
  expect(east?.movements).toHaveLength(counts);
  expect(new Set(east?.movements.map(({ number }) => number)).size).toBe(counts);
});

test("a sweep costs a call for each building, and a listing one for 250 items", async () => {
  await warehouse.resetCalls();
  await warehouse.system.stockFeed.readMovedStock(
    { since: instantOf(new Date(Date.now() + 60_000)), skus: [] },
    signal(),
  );
  expect(await warehouse.calls()).toBe(4);
  expect(await warehouse.calls("POST inventory/history:query")).toBe(4);
  await warehouse.system.stockFeed.listStock(null, signal());
  expect(await warehouse.calls()).toBe(5);
});
