import { parseDecimal } from "../decimal.ts";
import {
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
} from "../identifiers.ts";
import type { ShipmentStatus } from "../shipment.ts";
import { at, five, ORDER_KEY, orderOfFive } from "../testing/orders.ts";
import type { OrderToCashEvent, ShipmentSnapshot } from "./events.ts";
import { fellShortSince, openShortfalls } from "./open-shortfalls.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";

const pieces = (count: string) => ({ ...five, value: parseDecimal(count) });
const wms = { at: at(2), source: "wms" } as const;
const shipment = (
  id: string,
  status: ShipmentStatus,
  count: string,
  more: Partial<ShipmentSnapshot> = {},
): ShipmentSnapshot => ({
  id: parseShipmentId(id),
  number: id,
  status,
  problem: null,
  lines: [{ lineNumber: 1, quantity: pieces(count) }],
  milestones: [],
  ...more,
});
const short = [{ lineNumber: 1, quantity: pieces("2"), reason: "DAMAGED" as const }];
const created: OrderToCashEvent = {
  kind: "orderCreated",
  number: parseOrderNumber("SO-5001"),
  at: at(1),
  source: "erp",
};
const released = (release: number, id: string, count: string): OrderToCashEvent => ({
  kind: "releaseCreated",
  release,
  shipments: [shipment(id, "RELEASED", count, { release })],
  ...wms,
});
const packed: OrderToCashEvent = {
  kind: "shipmentProgressed",
  shipment: shipment("9001", "PACKED", "3", { release: 1, shortfalls: short }),
  ...wms,
};
const openAfter = (...events: readonly OrderToCashEvent[]) => {
  const begun = openOrder(parseOrderId(ORDER_KEY), orderOfFive).state;
  return openShortfalls(events.reduce((state, event) => orderToCash(state, event).state, begun));
};
const begun = [created, released(1, "9001", "5")] as const;

test("what a warehouse fell short of is open, also before its shipment has left", () => {
  expect(openAfter(...begun)).toEqual([]);
  expect(openAfter(...begun, packed)).toEqual([
    { shipmentId: "9001", shipmentNumber: "9001", shortfalls: short },
  ]);
});

test("it is over when the line has left whole, from wherever", () => {
  const leaves = (id: string, release: number, count: string): OrderToCashEvent => ({
    kind: "shipmentProgressed",
    shipment: shipment(id, "SHIPPED", count, {
      release,
      ...(release === 1 ? { shortfalls: short } : {}),
    }),
    ...wms,
  });
  const first = leaves("9001", 1, "3");
  const second = [released(2, "9002", "2"), leaves("9002", 2, "2")] as const;
  expect(openAfter(...begun, packed, first)).toHaveLength(1);
  expect(openAfter(...begun, packed, first, ...second)).toEqual([]);
});

test("nobody waits for it any more when the order is taken back", () => {
  const asked: OrderToCashEvent = {
    kind: "cancelRequested",
    commandId: "command-1",
    reason: null,
    at: at(3),
    source: "crossdock",
  };
  const cancelled = shipment("9001", "CANCELLED", "3", { release: 1, shortfalls: short });
  const takenBack: OrderToCashEvent = {
    kind: "releaseCancelled",
    release: 1,
    shipments: [cancelled],
    ...wms,
  };
  expect(openAfter(...begun, packed, asked)).toHaveLength(1);
  expect(openAfter(...begun, packed, asked, takenBack)).toEqual([]);
});

test("stock that was read before people found the shelf empty is not there; what was read since is", () => {
  const picked: OrderToCashEvent = {
    kind: "shipmentProgressed",
    shipment: shipment("9001", "PICKED", "3", { release: 1, shortfalls: short }),
    at: at(5),
    source: "wms",
  };
  const state = [...begun, picked].reduce(
    (before, event) => orderToCash(before, event).state,
    openOrder(parseOrderId(ORDER_KEY), orderOfFive).state,
  );
  const { sku } = orderOfFive.lines[0] ?? {};
  if (sku === undefined) throw new Error("the order has no line");
  const here = { sku, warehouse: orderOfFive.warehouse };
  expect(fellShortSince(state, here, at(4))).toBe(true);
  expect(fellShortSince(state, here, at(6))).toBe(false);
  expect(fellShortSince(state, { ...here, warehouse: parseWarehouseCode("WEST") }, at(4))).toBe(
    false,
  );
  expect(fellShortSince(state, { ...here, sku: parseSku("NG-9") }, at(4))).toBe(false);
});
