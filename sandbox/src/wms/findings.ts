import { withoutMishap } from "./mishaps.ts";
import type { MovementLog } from "./movement-log.ts";
import type { Mishap, OrderRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";

type FindingsDeps = {
  readonly stock: StockRoom;
  readonly movements: MovementLog;
  /** Goods are on the shelf of a location again. */
  readonly onPutBack: (locationId: number) => void;
};

/** What people find when they pick and pack, and what becomes of the goods. */
export function createFindings({ stock, movements, onPutBack }: FindingsDeps) {
  return {
    /** What cannot be sent leaves the order: never picked, thrown away, or back on the shelf. */
    meet(order: OrderRecord, mishap: Mishap, at: string): OrderRecord {
      const reduced = withoutMishap(order.lines, mishap);
      if (reduced === null) return order;
      const { lines, shorts, unpicked } = reduced;
      if (mishap.reason === "SHORT_PICK") {
        stock.release(unpicked, order.locationId);
      } else {
        const isLost = mishap.reason === "DAMAGED";
        for (const line of unpicked) stock.unpick(line, order.locationId, isLost);
        if (isLost) movements.recordLost(unpicked, order.locationId, at);
        else onPutBack(order.locationId);
      }
      return { ...order, lines, shorts: [...(order.shorts ?? []), ...shorts], mishap: null };
    },
    /** The shelf was empty before all was picked: there is none left of it. */
    emptyShelves({ shorts = [], locationId }: OrderRecord, at: string): void {
      for (const { sku, inventoryId } of shorts) {
        const missing = inventoryId === null ? 0 : stock.empty(inventoryId, locationId);
        if (inventoryId === null || missing === 0) continue;
        const quantityChange = -missing;
        movements.recordAdjusted({ inventoryId, sku, locationId, quantityChange }, at);
      }
    },
  };
}
