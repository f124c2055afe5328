import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { generateWorld } from "../world/generate-world.ts";
import type { RunningSandbox } from "../kit/start.ts";
import { STEP_DURATION_MS } from "./floor-steps.ts";
import { advance, call, orderFor, startReceiver, startWms } from "./testing/test-account.ts";

const world = generateWorld();
const EAST = 11;
/** Fast enough that a whole walk takes some milliseconds. */
const RUSH = 1_000_000;
const stockEast = (sku: string) =>
  world.items
    .find((item) => item.sku === sku)
    ?.stock.find(({ warehouseCode }) => warehouseCode === "EAST");
const plain = world.items.find(
  (item) => item.tracking === "NONE" && item.stock.every(({ onHand }) => onHand > 100),
);
const sku = plain?.sku ?? "";

let wms: RunningSandbox | null = null;
afterEach(() => wms?.stop());

test("at demo speed an order leaves after eight seconds and is delivered within twenty", () => {
  const { Picked, Packed, Labeled, Shipped, InTransit, OutForDelivery, Delivered } =
    STEP_DURATION_MS;
  const toDockMs = (Picked + Packed + Labeled + Shipped) / 400;
  expect(toDockMs).toBeLessThanOrEqual(8_000);
  expect(toDockMs + (InTransit + OutForDelivery + Delivered) / 400).toBeLessThanOrEqual(20_000);
});

test("the warehouse works by itself until the order is delivered", async () => {
  wms = await startWms(RUSH);
  const receiver = await startReceiver();
  await call(wms, "POST", "webhook", { url: receiver.url, topics: ["order.shipment.delivered"] });
  await call(wms, "POST", "order", orderFor("F-1:1", [{ sku, quantity: 2 }], EAST));
  await receiver.waitFor(1);
  const { body } = await call(wms, "GET", "order?ReferenceIds=F-1:1");
  expect(body[0].shipments[0].status_details[0].name).toBe("Delivered");
  await receiver.stop();
});

test("a restart goes on where the work was, and catches up what fell due meanwhile", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "wms-"));
  const pickWaitMs = 100;
  const first = await startWms(STEP_DURATION_MS.Picked / pickWaitMs, { dataDir });
  await call(first, "POST", "order", orderFor("F-2:1", [{ sku, quantity: 2 }], EAST));
  await first.stop();
  await sleep(pickWaitMs * 2);

  // At speed zero nothing new falls due: only the step that was already promised is worked off.
  wms = await startWms(0, { dataDir });
  expect(await detailOf("F-2:1")).toBe("Picked");
  expect((await call(wms, "POST", "order", orderFor("F-2:1", [{ sku, quantity: 2 }]))).status).toBe(
    422,
  );
  await rm(dataDir, { recursive: true });
});

describe("short stock", () => {
  const short = world.items.find(
    ({ sku, tracking }) => tracking === "NONE" && stockEast(sku)?.onHand === 0,
  );

  test("makes the order an exception that names the sku and commits nothing", async () => {
    wms = await startWms(0);
    const lines = [
      { sku, quantity: 1 },
      { sku: short?.sku ?? "", quantity: 5 },
    ];
    const { body } = await call(wms, "POST", "order", orderFor("F-3:1", lines, EAST));
    expect(body.status).toBe("Exception");
    expect(body.shipments[0].status_details).toEqual([
      expect.objectContaining({ id: 303, name: "OutOfStock", inventory_id: short?.wmsInventoryId }),
    ]);
    expect(body.shipments[0].status_details[0].description).toContain(short?.sku);
    expect(body.shipments[0].products[0].inventory_items[0].quantity_committed).toBe(0);
    expect(await advance(wms, "F-3", "shipped")).toBe(404);
  });

  test("ends when goods arrive, and the order goes on", async () => {
    wms = await startWms(RUSH);
    const receiver = await startReceiver();
    await call(wms, "POST", "webhook", { url: receiver.url, topics: ["order.shipment.delivered"] });
    await call(
      wms,
      "POST",
      "order",
      orderFor("F-4:1", [{ sku: short?.sku ?? "", quantity: 5 }], EAST),
    );
    const arrival = await call(wms, "POST", "receiving", {
      fulfillment_center: { id: EAST },
      expected_arrival_date: "2026-11-21T00:00:00Z",
      boxes: [{ box_items: [{ inventory_id: short?.wmsInventoryId, quantity: 8 }] }],
    });
    expect(arrival.status).toBe(201);
    await receiver.waitFor(1);
    const level = await call(
      wms,
      "GET",
      `inventory-level?InventoryIds=${String(short?.wmsInventoryId)}`,
    );
    const elsewhere = short?.stock.reduce((sum, { onHand }) => sum + onHand, 0) ?? 0;
    expect(level.body.items[0].total_on_hand_quantity).toBe(elsewhere + 3);
    const history = await call(wms, "POST", "inventory/history:query", { facility_id: EAST });
    const changes = history.body.data.map((of: { event_category: string }) => of.event_category);
    expect(changes).toEqual(["ReceivingStow", "OrderPicked"]);
    await receiver.stop();
  });

  test("an order for a sku that the warehouse never kept is an exception too", async () => {
    wms = await startWms(0);
    const { body } = await call(
      wms,
      "POST",
      "order",
      orderFor("F-5:1", [{ sku: "NO-SUCH", quantity: 1 }]),
    );
    expect(body.shipments[0].status_details[0].name).toBe("UnknownSku");
  });
});

async function detailOf(referenceId: string): Promise<string | undefined> {
  if (wms === null) return undefined;
  const { body } = await call(wms, "GET", `order?ReferenceIds=${referenceId}`);
  return body[0].shipments[0].status_details[0]?.name;
}
