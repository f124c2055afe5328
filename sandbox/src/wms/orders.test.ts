import { generateWorld } from "../world/generate-world.ts";
import type { RunningSandbox } from "../kit/start.ts";
import { advance, call, orderFor, startWms } from "./testing/test-account.ts";

const world = generateWorld();
const plentiful = world.items.filter((item) => item.stock.every(({ onHand }) => onHand > 100));
const plain = plentiful.find((item) => item.tracking === "NONE")?.sku ?? "";
const lotItem = plentiful.find((item) => item.tracking === "LOT");
const serialItem = plentiful.find((item) => item.tracking === "SERIAL")?.sku ?? "";
const EAST = 11;

let wms: RunningSandbox;
beforeAll(async () => {
  wms = await startWms(0);
});
afterAll(() => wms.stop());

describe("orders", () => {
  test("an order commits its stock at its location and waits in Processing", async () => {
    const before = await stockAt(plain, EAST);
    const { status, body } = await call(
      wms,
      "POST",
      "order",
      orderFor("T-1:1", [{ sku: plain, quantity: 7 }], EAST),
    );
    expect(status).toBe(201);
    expect(body.shipments[0]).toMatchObject({ status: "Processing", location: { id: EAST } });
    const after = await stockAt(plain, EAST);
    expect(after.committed_quantity - before.committed_quantity).toBe(7);
    expect(before.fulfillable_quantity - after.fulfillable_quantity).toBe(7);
    expect(after.on_hand_quantity).toBe(before.on_hand_quantity);
  });

  test("a reference id that is taken is refused with 422 and changes nothing", async () => {
    await call(wms, "POST", "order", orderFor("T-2:1", [{ sku: plain, quantity: 1 }]));
    const again = await call(
      wms,
      "POST",
      "order",
      orderFor("T-2:1", [{ sku: plain, quantity: 2 }]),
    );
    expect(again.status).toBe(422);
    const { body } = await call(wms, "GET", "order?ReferenceIds=T-2:1");
    expect(body).toHaveLength(1);
    expect(body[0].products[0].quantity).toBe(1);
  });

  test.each([
    ["a fraction", 1.5],
    ["zero", 0],
    ["more than int32", 2_147_483_648],
  ])("%s is no quantity", async (_name, quantity) => {
    const { status, body } = await call(
      wms,
      "POST",
      "order",
      orderFor("T-3:1", [{ sku: plain, quantity }]),
    );
    expect(status).toBe(400);
    expect(Object.keys(body)).toEqual(["products.0.quantity"]);
  });

  test("a write without the channel header is refused, a read is not", async () => {
    const key = { authorization: "Bearer sandbox-wms-token" };
    const order = orderFor("T-4:1", [{ sku: plain, quantity: 1 }]);
    expect((await call(wms, "POST", "order", order, key)).status).toBe(400);
    expect((await call(wms, "GET", "order?ReferenceIds=T-4:1", undefined, key)).body).toEqual([]);
  });

  test("a shipped order carries carrier, cartons and the lots that expire first; on hand falls", async () => {
    const [first, second] = lotsOf(EAST);
    const quantity = (first?.onHand ?? 0) + 1;
    const sku = lotItem?.sku ?? "";
    const before = await stockAt(sku, EAST);
    await call(
      wms,
      "POST",
      "order",
      orderFor(
        "T-5:1",
        [
          { sku, quantity },
          { sku: serialItem, quantity: 2 },
        ],
        EAST,
      ),
    );
    expect(await advance(wms, "T-5", "shipped")).toBe(200);
    const { body } = await call(wms, "GET", "order?ReferenceIds=T-5:1");
    const [shipment] = body[0].shipments;
    expect(body[0].status).toBe("Fulfilled");
    expect(shipment.status).toBe("Completed");
    expect(shipment.tracking).toMatchObject({
      scac: expect.any(String),
      tracking_number: expect.any(String),
    });
    expect(
      shipment.products[0].inventory_items.map((of: { lot: string; quantity: number }) => [
        of.lot,
        of.quantity,
      ]),
    ).toEqual([
      [first?.number, first?.onHand],
      [second?.number, 1],
    ]);
    expect(shipment.products[1].inventory_items[0].serial_numbers).toHaveLength(2);
    expect(packedUnits(shipment)).toBe(quantity + 2);
    const after = await stockAt(sku, EAST);
    expect(before.on_hand_quantity - after.on_hand_quantity).toBe(quantity);
    expect(after.committed_quantity).toBe(before.committed_quantity);
  });

  test("every milestone is on the timeline and in the status details", async () => {
    await call(wms, "POST", "order", orderFor("T-6:1", [{ sku: plain, quantity: 1 }], EAST));
    const seen: unknown[] = [];
    for (const to of ["picked", "packed", "shipped", "delivered"]) {
      await advance(wms, "T-6", to);
      const { body } = await call(wms, "GET", "order?ReferenceIds=T-6:1");
      seen.push([body[0].shipments[0].status, body[0].shipments[0].status_details[0].name]);
    }
    expect(seen).toEqual([
      ["Processing", "Picked"],
      ["Processing", "Packed"],
      ["Completed", "Processing"],
      ["Completed", "Delivered"],
    ]);
    const { body } = await call(wms, "GET", "order?ReferenceIds=T-6:1");
    const log = await call(wms, "GET", `shipment/${String(body[0].shipments[0].id)}/timeline`);
    expect(log.body.map((of: { log_type_name: string }) => of.log_type_name)).toEqual([
      "Processing",
      "Picked",
      "Packed",
      "Labeled",
      "Shipped",
      "InTransit",
      "OutForDelivery",
      "Delivered",
    ]);
  });

  test("cancelling gives the stock back until the pick, and is refused after it", async () => {
    const before = await stockAt(plain, EAST);
    const early = await call(
      wms,
      "POST",
      "order",
      orderFor("T-7:1", [{ sku: plain, quantity: 3 }], EAST),
    );
    const late = await call(
      wms,
      "POST",
      "order",
      orderFor("T-8:1", [{ sku: plain, quantity: 4 }], EAST),
    );
    await advance(wms, "T-8", "picked");
    const cancelled = await call(wms, "POST", `order/${String(early.body.id)}:cancel`, {});
    const refused = await call(wms, "POST", `order/${String(late.body.id)}:cancel`, {});
    expect(cancelled.body).toMatchObject({ status: "Success", order: { status: "Cancelled" } });
    expect(refused.body).toMatchObject({ status: "Failure", order: { status: "Processing" } });
    expect((await stockAt(plain, EAST)).committed_quantity).toBe(before.committed_quantity + 4);
  });
});

describe("the orders of the past", () => {
  test("finished ones are delivered, the last sixty wait in Processing", async () => {
    const { body, headers } = await call(
      wms,
      "GET",
      "order?ReferenceIds=SO-0000001:1,SO-0005000:1&SortOrder=Oldest",
    );
    expect(headers.get("total-count")).toBe("2");
    expect(body.map((order: { order_number: string }) => order.order_number)).toEqual([
      "SO-0000001",
      "SO-0005000",
    ]);
    expect(body[0].shipments[0].delivery_date).not.toBeNull();
    expect(body[1]).toMatchObject({
      status: "Processing",
      shipments: [{ status: "Processing", delivery_date: null }],
    });
  });

  test("a list comes in pages of at most 250 that name the next page in a header", async () => {
    const first = await call(
      wms,
      "GET",
      "order?Limit=250&SortOrder=Oldest&EndDate=2026-11-20T00:00:00Z",
    );
    expect(first.body).toHaveLength(250);
    const next = first.headers.get("next-page") ?? "";
    expect(next).toContain("Page=2");
    const second = await call(wms, "GET", next);
    expect(second.body[0].order_number).toBe("SO-0000251");
    expect((await call(wms, "GET", "order?Limit=251")).status).toBe(400);
  });

  test("a list by last update holds exactly what changed since", async () => {
    const since = new Date().toISOString();
    await advance(wms, "SO-0004999", "picked");
    const { body } = await call(wms, "GET", `order?LastUpdateStartDate=${since}`);
    expect(body.map((order: { order_number: string }) => order.order_number)).toEqual([
      "SO-0004999",
    ]);
  });
});

type Level = {
  location_id: number;
  on_hand_quantity: number;
  committed_quantity: number;
  fulfillable_quantity: number;
};

async function stockAt(sku: string, locationId: number): Promise<Level> {
  const item = world.items.find((of) => of.sku === sku);
  const { body } = await call(
    wms,
    "GET",
    `inventory-level/locations?InventoryIds=${String(item?.wmsInventoryId)}`,
  );
  return body.items[0].locations.find((of: Level) => of.location_id === locationId);
}

function lotsOf(locationId: number) {
  const code = world.warehouses.find((site) => site.wmsLocationId === locationId)?.code;
  const lots = lotItem?.stock.find((of) => of.warehouseCode === code)?.lots ?? [];
  return [...lots].sort((a, b) => a.expiresOn.localeCompare(b.expiresOn));
}

function packedUnits(shipment: {
  parent_cartons: {
    cartons: { carton_details: { products: { inventory_items: { quantity: number }[] }[] }[] }[];
  }[];
}): number {
  return shipment.parent_cartons
    .flatMap((parent) => parent.cartons)
    .flatMap((carton) => carton.carton_details)
    .flatMap((detail) => detail.products)
    .flatMap((product) => product.inventory_items)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}
