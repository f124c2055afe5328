import {
  isZero,
  parseUomCode,
  quantity,
  type Sku,
  type StockPosition,
  type WarehouseCode,
  ZERO,
} from "@crossdock/domain";
import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";

/** The warehouse counts single units. */
export const COUNTING_UNIT = parseUomCode("EA");
/** The vendor's largest page. */
export const PAGE_ITEMS = 250;
export const LEVELS_PATH = "/inventory-level/locations";

/** One item at all locations, as the vendor lists it. */
export const itemLevels = z.object({
  inventory_id: integerField,
  sku: z.string().nullish(),
  locations: z.array(
    z.object({
      location_id: integerField,
      on_hand_quantity: decimalField,
      committed_quantity: decimalField,
      awaiting_quantity: decimalField,
      internal_transfer_quantity: decimalField.nullish(),
    }),
  ),
});
export type ItemLevels = z.infer<typeof itemLevels>;

export function levelOf(
  sku: Sku,
  warehouse: WarehouseCode,
  at: ItemLevels["locations"][number],
): StockPosition {
  const inTransit = at.internal_transfer_quantity ?? ZERO;
  return {
    sku,
    warehouse,
    onHand: quantity(at.on_hand_quantity, COUNTING_UNIT),
    allocated: quantity(at.committed_quantity, COUNTING_UNIT),
    inbound: quantity(at.awaiting_quantity, COUNTING_UNIT),
    ...(isZero(inTransit) ? {} : { inTransit: quantity(inTransit, COUNTING_UNIT) }),
  };
}
