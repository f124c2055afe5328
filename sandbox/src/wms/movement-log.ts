import type { Store } from "../kit/store.ts";
import type { LineRecord, MovementRecord, OrderRecord, ReceivingRecord } from "./records.ts";

/** Changes of on-hand stock since the sandbox began, for the history feed; oldest first. */
export interface MovementLog {
  recordShipped(order: OrderRecord, at: string): void;
  /** Goods of a receiving order came onto the shelf: its items with how much of each did just now. */
  recordStowed(
    receiving: Pick<ReceivingRecord, "receivingId" | "locationId" | "items">,
    at: string,
  ): void;
  /** A count that came to more, or with a minus less, than was known. */
  recordAdjusted(
    adjusted: Pick<MovementRecord, "inventoryId" | "sku" | "locationId" | "quantityChange">,
    at: string,
  ): void;
  /** Goods that were thrown away, by the lots that they were picked from. */
  recordLost(lines: readonly LineRecord[], locationId: number, at: string): void;
  /** Goods of a return are stock again. */
  recordRestocked(
    restocked: Pick<
      MovementRecord,
      "inventoryId" | "sku" | "locationId" | "quantityChange" | "lot" | "expiresOn"
    >,
    at: string,
  ): void;
  values(): Iterable<MovementRecord>;
}

const FIRST_EVENT_ID = 32_001;

export function createMovementLog(store: Store): MovementLog {
  const events = store.collection<MovementRecord>("movements");
  const append = (event: Omit<MovementRecord, "eventId">) => {
    const eventId = FIRST_EVENT_ID + events.size;
    events.put(String(eventId), { eventId, ...event });
  };
  return {
    recordShipped(order, at) {
      for (const { inventoryId, sku, picks } of order.lines) {
        if (inventoryId === null) continue;
        for (const { quantity, lot, expiresOn } of picks) {
          append({
            category: "OrderPicked",
            at,
            inventoryId,
            sku,
            locationId: order.locationId,
            quantityChange: -quantity,
            committedChange: -quantity,
            lot,
            expiresOn,
            orderId: order.orderId,
            reference: { type: "OrderId", value: String(order.orderId) },
          });
        }
      }
    },
    recordStowed({ receivingId, locationId, items }, at) {
      for (const [box, { inventoryId, sku, quantity, lot, expiresOn }] of items.entries()) {
        if (quantity === 0) continue;
        append({
          category: "ReceivingStow",
          at,
          inventoryId,
          sku,
          locationId,
          quantityChange: quantity,
          committedChange: 0,
          lot,
          expiresOn,
          orderId: null,
          reference: { type: "WroAndBox", value: `${String(receivingId)} ${String(box + 1)}` },
        });
      }
    },
    recordAdjusted(adjusted, at) {
      append({
        ...adjusted,
        category: "InventoryAdjusted",
        at,
        committedChange: 0,
        lot: null,
        expiresOn: null,
        orderId: null,
        reference: null,
      });
    },
    recordLost(lines, locationId, at) {
      for (const { inventoryId, sku, picks } of lines) {
        if (inventoryId === null) continue;
        for (const { quantity, lot, expiresOn } of picks) {
          append({
            category: "InventoryAdjusted",
            at,
            inventoryId,
            sku,
            locationId,
            quantityChange: -quantity,
            committedChange: -quantity,
            lot,
            expiresOn,
            orderId: null,
            reference: null,
          });
        }
      }
    },
    recordRestocked(restocked, at) {
      append({
        ...restocked,
        category: "InventoryRestocked",
        at,
        committedChange: 0,
        orderId: null,
        reference: null,
      });
    },
    values: () => events.values(),
  };
}
