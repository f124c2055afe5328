import type { RunningSandbox } from "../kit/start.ts";
import { generateWorld } from "../world/generate-world.ts";
import { call, startWms } from "./testing/test-account.ts";

const EAST = 11;
const [item] = generateWorld().items;
const inventoryId = item?.wmsInventoryId;

let wms: RunningSandbox;
beforeAll(async () => {
  wms = await startWms(0);
});
afterAll(() => wms.stop());

async function announce(purchaseOrder: string, quantity: number): Promise<number> {
  const { body } = await call(wms, "POST", "receiving", {
    fulfillment_center: { id: EAST },
    purchase_order_number: purchaseOrder,
    expected_arrival_date: "2099-12-01T00:00:00Z",
    boxes: [{ box_items: [{ inventory_id: inventoryId, quantity }] }],
  });
  return Number(body.id);
}

async function receive(reference: string, received: number, stowed: number, isDone = true) {
  const lines = [{ sku: item?.sku, received, stowed }];
  const answer = await fetch(`${wms.url}/_control/receive`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: "wms", reference, lines, isDone }),
  });
  return answer.status;
}

async function level(): Promise<{ readonly onHand: number; readonly awaiting: number }> {
  const path = `inventory-level/locations?InventoryIds=${String(inventoryId)}&LocationId=${String(EAST)}`;
  const { body } = await call(wms, "GET", path);
  const [at] = body.items[0].locations;
  return { onHand: at.on_hand_quantity, awaiting: at.awaiting_quantity };
}

test("goods that come in two parts are on the shelf as they come, and what is missing is awaited no longer", async () => {
  const before = await level();
  const id = await announce("PO-1~AAAAAAAAAA", 40);
  expect(await level()).toEqual({ ...before, awaiting: before.awaiting + 40 });
  expect(await receive("AAAAAAAAAA", 10, 10, false)).toBe(200);
  expect(await level()).toEqual({ onHand: before.onHand + 10, awaiting: before.awaiting + 30 });
  expect(await receive("PO-1", 38, 37)).toBe(200);
  expect(await level()).toEqual({ onHand: before.onHand + 37, awaiting: before.awaiting });
  const { body } = await call(wms, "GET", `receiving/${String(id)}`);
  expect(body).toMatchObject({
    status: "Completed",
    inventory_quantities: [{ expected_quantity: 40, received_quantity: 38, stowed_quantity: 37 }],
  });
  const history = await call(wms, "POST", "inventory/history:query", { facility_id: EAST });
  expect(
    history.body.data
      .map((of: { increment: { quantity_change: number } }) => of.increment.quantity_change)
      .sort(),
  ).toEqual([10, 27]);
  expect(await receive(String(id), 1, 1)).toBe(404);
});

test("what was announced twice under one number is there twice; lists are by number, id and state", async () => {
  const ids = [await announce("PO-2", 1), await announce("PO-2", 1)];
  const listed = async (query: string) => {
    const { body } = await call(wms, "GET", `receiving?${query}`);
    return body.map((each: { id: number }) => each.id);
  };
  expect(await listed("PurchaseOrderNumbers=PO-2")).toEqual(ids);
  expect(await listed(`IDs=${String(ids[1])}`)).toEqual([ids[1]]);
  expect(await listed("Statuses=Awaiting&Limit=1&Page=2")).toEqual([ids[1]]);
  const cancelled = await call(wms, "POST", `receiving/${String(ids[0])}:cancel`);
  expect(cancelled.body.status).toBe("Cancelled");
  expect(await listed("Statuses=Awaiting")).toEqual([ids[1]]);
  await receive(String(ids[1]), 2, 2);
  expect((await call(wms, "POST", `receiving/${String(ids[1])}:cancel`)).status).toBe(422);
});
