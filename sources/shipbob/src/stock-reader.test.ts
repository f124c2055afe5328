import { parseSku, parseWarehouseCode } from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import { countOf, releaseOf, startWarehouse, type Warehouse } from "./testing/warehouse.ts";

const world = generateWorld();
const signal = () => AbortSignal.timeout(5_000);
const plain = world.items
  .filter(({ tracking }) => tracking === "NONE")
  .map(({ sku }) => parseSku(sku));
const lotItem = world.items.find(
  ({ tracking, stock }) => tracking === "LOT" && (stock[0]?.lots.length ?? 0) > 1,
);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.system.stock.readStock(plain.slice(0, 1), signal());
});
afterAll(() => warehouse.stop());

test("the stock of two hundred skus is one call", async () => {
  await warehouse.resetCalls();
  const skus = plain.slice(0, 200);
  const positions = await warehouse.system.stock.readStock(skus, signal());
  expect(positions.map(([position]) => position?.sku)).toEqual(skus);
  expect(await warehouse.calls()).toBe(1);
});

test("lots are one call of their own, and none for items that have no lots", async () => {
  await warehouse.resetCalls();
  const sku = parseSku(lotItem?.sku ?? "");
  const none = plain.slice(0, 3);
  const [inWarehouses, ...others] = await warehouse.system.stock.readLots([sku, ...none], signal());
  expect(others).toEqual(none.map(() => []));
  const codes = inWarehouses?.map((found) => found.warehouse) ?? [];
  expect(codes).toEqual([...codes].sort());
  const east = inWarehouses?.find((found) => found.warehouse === "EAST");
  const stock = lotItem?.stock.find(({ warehouseCode }) => warehouseCode === "EAST");
  expect(east?.lots).toEqual(
    stock?.lots.map(({ number, expiresOn, onHand }) => ({
      number,
      expiresOn,
      onHand: countOf(String(onHand)),
      serials: [],
    })),
  );
  expect(await warehouse.calls()).toBe(1);
  await warehouse.system.stock.readLots(none, signal());
  await warehouse.system.stock.readStock([sku], signal());
  expect(await warehouse.calls("GET inventory-level/lots")).toBe(1);
});

test("positions come by warehouse code, with what is promised beside what is there", async () => {
  const item = world.items.find(
    ({ tracking, stock }) => tracking === "NONE" && (stock[0]?.onHand ?? 0) > 100,
  );
  const sku = parseSku(item?.sku ?? "");
  const east = async () => {
    const [positions] = await warehouse.system.stock.readStock([sku], signal());
    expect(positions?.map((position) => position.warehouse)).toEqual([
      "CENTRAL",
      "EAST",
      "SOUTH",
      "WEST",
    ]);
    return positions?.find((position) => position.warehouse === "EAST");
  };
  const before = await east();
  await warehouse.system.shipments.createRelease(
    releaseOf("SO-9000001", [{ sku, quantity: countOf("7") }]),
    signal(),
  );
  const after = await east();
  expect(after?.onHand).toEqual(before?.onHand);
  expect(Number(after?.allocated.value) - Number(before?.allocated.value)).toBe(7);
});

test("an sku that the warehouse does not keep has no positions and is looked for once", async () => {
  await warehouse.resetCalls();
  const unknown = parseSku("NO-SUCH-SKU");
  for (let again = 0; again < 3; again += 1) {
    expect(await warehouse.system.stock.readStock([unknown], signal())).toEqual([[]]);
  }
  // The map was loaded less than a minute ago: nonsense must not become traffic.
  expect(await warehouse.calls()).toBe(0);
});

test("warehouses come by code, with their address", async () => {
  const found = await warehouse.system.warehouses.listWarehouses(signal());
  expect(found.map(({ code }) => code)).toEqual(["CENTRAL", "EAST", "SOUTH", "WEST"]);
  expect(found[1]?.address).toMatchObject({ city: "Newark", region: "NJ", country: "US" });
});

test("a location that the configuration does not name is none of our warehouses", async () => {
  const half = await startWarehouse({ locationIds: { NEWARK: 11 } });
  expect((await half.system.warehouses.listWarehouses(signal())).map(({ code }) => code)).toEqual([
    "NEWARK",
  ]);
  const [positions] = await half.system.stock.readStock(plain.slice(0, 1), signal());
  expect(positions?.map((position) => position.warehouse)).toEqual([parseWarehouseCode("NEWARK")]);
  await half.stop();
});
