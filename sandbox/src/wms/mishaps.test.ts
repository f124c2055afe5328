import type { RunningSandbox } from "../kit/start.ts";
import { generateWorld } from "../world/generate-world.ts";
import { advance, call, orderFor, startWms } from "./testing/test-account.ts";

const world = generateWorld();
const EAST = 11;
const WEST = world.warehouses.find(({ code }) => code === "WEST")?.wmsLocationId ?? 0;
const kept = (tracking: string, nth = 0) =>
  world.items.filter(
    (item) =>
      item.tracking === tracking &&
      item.stock.every(({ onHand }) => onHand > 40) &&
      item.stock.length === world.warehouses.length,
  )[nth];
const plain = kept("NONE")?.sku ?? "";
const lotItem = kept("LOT");

let wms: RunningSandbox;
beforeEach(async () => {
  wms = await startWms(0);
});
afterEach(() => wms.stop());

test("a short pick sends what lay there, says what did not and empties the shelf in the books", async () => {
  const before = await stockAt(plain);
  await place("M-1:1", [{ sku: plain, quantity: 10 }]);
  const short = [{ sku: plain, quantity: 4 }];
  expect(await advance(wms, "M-1", "shipped", { short })).toBe(200);
  const order = await read("M-1:1");
  expect(order.status).toBe("PartiallyFulfilled");
  expect(order.products[0].quantity).toBe(10);
  const [shipment] = order.shipments;
  expect(shipment.products[0].inventory_items[0].quantity).toBe(6);
  expect(shipment.status_details.slice(1)).toEqual([
    expect.objectContaining({ name: "ShortPicked", description: `4 of ${plain} not on the shelf` }),
  ]);
  const after = await stockAt(plain);
  expect(after).toMatchObject({
    on_hand_quantity: 0,
    committed_quantity: before.committed_quantity,
  });
  // Counted when it was picked, with six in the picker's hands; gone when it left.
  expect(await changes(plain)).toEqual([
    ["InventoryAdjusted", 6 - before.on_hand_quantity],
    ["OrderPicked", -6],
  ]);
});

test("damaged goods are thrown away where they are packed, and only they", async () => {
  const before = await stockAt(plain);
  await place("M-2:1", [{ sku: plain, quantity: 5 }]);
  await advance(wms, "M-2", "picked");
  const short = [{ sku: plain, quantity: 2 }];
  expect(await advance(wms, "M-2", "shipped", { short, reason: "DAMAGED" })).toBe(200);
  const [shipment] = (await read("M-2:1")).shipments;
  expect(shipment.products[0].inventory_items[0].quantity).toBe(3);
  expect(shipment.status_details[1]).toMatchObject({ name: "Damaged" });
  const after = await stockAt(plain);
  expect(before.on_hand_quantity - after.on_hand_quantity).toBe(5);
  expect(after.committed_quantity).toBe(before.committed_quantity);
});

test("goods of another lot go back to the shelf; of what is packed the lots are right", async () => {
  const sku = lotItem?.sku ?? "";
  const before = await stockAt(sku);
  await place("M-3:1", [{ sku, quantity: 5 }]);
  const short = [{ sku, quantity: 2 }];
  expect(await advance(wms, "M-3", "shipped", { short, reason: "WRONG_LOT" })).toBe(200);
  const [shipment] = (await read("M-3:1")).shipments;
  const items = shipment.products[0].inventory_items as { quantity: number; lot: string }[];
  expect(items.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(3);
  expect(items.every(({ lot }) => lot !== null)).toBe(true);
  expect(before.on_hand_quantity - (await stockAt(sku)).on_hand_quantity).toBe(3);
});

test("what is broken is found when it is packed, however long that takes", async () => {
  await place("M-9:1", [{ sku: plain, quantity: 5 }]);
  const short = [{ sku: plain, quantity: 1 }];
  expect(await advance(wms, "M-9", "picked", { short, reason: "DAMAGED" })).toBe(200);
  const quantities = async () =>
    (await read("M-9:1")).shipments[0].products[0].inventory_items[0].quantity;
  expect(await quantities()).toBe(5);
  await advance(wms, "M-9", "packed");
  expect(await quantities()).toBe(4);
});

test("where nothing is left to send the shipment is cancelled, and says why", async () => {
  await place("M-4:1", [{ sku: plain, quantity: 3 }]);
  const short = [{ sku: plain, quantity: 3 }];
  expect(await advance(wms, "M-4", "shipped", { short })).toBe(200);
  const order = await read("M-4:1");
  expect(order.status).toBe("Cancelled");
  expect(order.shipments[0].status_details).toEqual([
    expect.objectContaining({ name: "ShortPicked" }),
  ]);
});

test("a mishap that can happen no more, or of more than was ordered, moves nothing", async () => {
  await place("M-5:1", [{ sku: plain, quantity: 3 }]);
  expect(await advance(wms, "M-5", "shipped", { short: [{ sku: plain, quantity: 4 }] })).toBe(404);
  await advance(wms, "M-5", "packed");
  expect(await advance(wms, "M-5", "shipped", { short: [{ sku: plain, quantity: 1 }] })).toBe(404);
  expect((await read("M-5:1")).shipments[0].status_details[0].name).toBe("Packed");
});

test("a shipment is packed in as many cartons as it shall be, each with a number of its own", async () => {
  await place("M-6:1", [{ sku: plain, quantity: 7 }]);
  await advance(wms, "M-6", "shipped", { parcels: 3 });
  const [shipment] = (await read("M-6:1")).shipments;
  const cartons = shipment.parent_cartons.flatMap(
    (parent: { cartons: unknown[] }) => parent.cartons,
  ) as { tracking_number: string; carton_details: { products: Packed[] }[] }[];
  expect(cartons.map(unitsIn)).toEqual([3, 3, 1]);
  expect(new Set(cartons.map((carton) => carton.tracking_number)).size).toBe(3);
});

test("what leaves later is another shipment of the same order, with numbers of its own", async () => {
  await place("M-7:1", [{ sku: plain, quantity: 10 }]);
  const later = [{ sku: plain, quantity: 4 }];
  expect(await advance(wms, "M-7", "shipped", { later })).toBe(200);
  const order = await read("M-7:1");
  expect(order.status).toBe("PartiallyFulfilled");
  expect(order.shipments.map(({ order_id }: { order_id: number }) => order_id)).toEqual([
    order.id,
    order.id,
  ]);
  const units = (of: typeof order) =>
    of.shipments.map((shipment: { status: string; products: Packed[] }) => [
      shipment.status,
      shipment.products[0]?.inventory_items[0]?.quantity,
    ]);
  expect(units(order)).toEqual([
    ["Completed", 6],
    ["Processing", 4],
  ]);
  await advance(wms, "M-7", "shipped");
  const done = await read("M-7:1");
  expect(done.status).toBe("Fulfilled");
  expect(units(done)).toEqual([
    ["Completed", 6],
    ["Completed", 4],
  ]);
  const all = await call(wms, "GET", "order?Limit=1&SortOrder=Newest");
  expect(all.body[0].id).toBe(order.id);
});

test("of several releases of an order the one that is named moves, or those of a building", async () => {
  await place("M-8:1", [{ sku: plain, quantity: 1 }]);
  await place("M-8:2", [{ sku: plain, quantity: 1 }], WEST);
  await place("M-8:3", [{ sku: plain, quantity: 1 }]);
  await advance(wms, "M-8", "picked", { release: 3 });
  await advance(wms, "M-8", "packed", { warehouse: "WEST" });
  expect(await detail("M-8:1")).toBeUndefined();
  expect(await detail("M-8:2")).toBe("Packed");
  expect(await detail("M-8:3")).toBe("Picked");
  expect(await advance(wms, "M-8", "picked", { release: 4 })).toBe(404);
});

type Packed = { readonly inventory_items: readonly { readonly quantity: number }[] };
type Level = { location_id: number; on_hand_quantity: number; committed_quantity: number };

function unitsIn(carton: { carton_details: { products: Packed[] }[] }): number {
  return carton.carton_details
    .flatMap(({ products }) => products)
    .flatMap(({ inventory_items: items }) => items)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

async function place(
  reference: string,
  lines: readonly { readonly sku: string; readonly quantity: number }[],
  location = EAST,
): Promise<void> {
  const { status, body } = await call(wms, "POST", "order", orderFor(reference, lines, location));
  expect([status, body.status]).toEqual([201, "Processing"]);
}

async function read(reference: string) {
  return (await call(wms, "GET", `order?ReferenceIds=${reference}`)).body[0];
}

async function detail(reference: string): Promise<string | undefined> {
  return (await read(reference)).shipments[0].status_details[0]?.name;
}

async function stockAt(sku: string): Promise<Level> {
  const item = world.items.find((of) => of.sku === sku);
  const path = `inventory-level/locations?InventoryIds=${String(item?.wmsInventoryId)}`;
  const { body } = await call(wms, "GET", path);
  return body.items[0].locations.find((of: Level) => of.location_id === EAST);
}

async function changes(sku: string): Promise<(string | number)[][]> {
  const item = world.items.find((of) => of.sku === sku);
  const { body } = await call(wms, "POST", "inventory/history:query", {
    facility_id: EAST,
    inventory_ids: [item?.wmsInventoryId],
  });
  return body.data.map((of: { event_category: string; decrement: { quantity_change: number } }) => [
    of.event_category,
    of.decrement.quantity_change,
  ]);
}
