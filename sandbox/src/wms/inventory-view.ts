import type { WorldItem, WorldWarehouse } from "../world/world.ts";
import type { StockRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";

/** The vendor's JSON of an item, and of its stock in total, at a location and by lot. */
export function nameView({ wmsInventoryId, sku, name }: WorldItem) {
  return { inventory_id: wmsInventoryId, sku, name };
}

export function inventoryView(item: WorldItem): Record<string, unknown> {
  return {
    ...nameView(item),
    barcodes: [{ value: item.gtin }],
    is_active: true,
    is_digital: false,
    is_lot: item.tracking === "LOT",
    weight: { unit: "g", value: item.weightGrams },
  };
}

export function productView(item: WorldItem): Record<string, unknown> {
  return {
    id: item.wmsInventoryId,
    name: item.name,
    type: "Regular",
    variants: [
      {
        id: item.wmsInventoryId,
        sku: item.sku,
        name: item.name,
        barcodes: [{ value: item.gtin }],
        status: "Active",
        is_digital: false,
        inventory: { inventory_id: item.wmsInventoryId },
        lot_information: { is_lot: item.tracking === "LOT", minimum_shelf_life_days: 0 },
        fulfillment_settings: {
          serial_scan: { is_serial_scan_enabled: item.tracking === "SERIAL" },
        },
        weight: { unit: "g", value: item.weightGrams },
      },
    ],
  };
}

export function totalView(
  item: WorldItem,
  sites: readonly WorldWarehouse[],
  stock: StockRoom,
): Record<string, unknown> {
  const rows = sites.map((site) => stock.at(item.wmsInventoryId, site.wmsLocationId));
  const sum = (of: (row: StockRecord) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    ...nameView(item),
    total_on_hand_quantity: sum(({ onHand }) => onHand),
    total_committed_quantity: sum(({ committed }) => committed),
    total_fulfillable_quantity: sum(fulfillable),
    total_sellable_quantity: sum(fulfillable),
    total_backordered_quantity: sum(({ onHand, committed }) => Math.max(0, committed - onHand)),
    total_awaiting_quantity: sum(({ awaiting }) => awaiting),
    total_exception_quantity: 0,
    total_internal_transfer_quantity: 0,
  };
}

export function locationView(site: WorldWarehouse, row: StockRecord): Record<string, unknown> {
  return {
    location_id: site.wmsLocationId,
    name: site.name,
    on_hand_quantity: row.onHand,
    committed_quantity: row.committed,
    fulfillable_quantity: fulfillable(row),
    awaiting_quantity: row.awaiting,
    internal_transfer_quantity: 0,
  };
}

/** Promises are made on the item, not on a lot: a lot is committed once it is picked from. */
export function lotsView(
  item: WorldItem,
  sites: readonly WorldWarehouse[],
  stock: StockRoom,
): Record<string, unknown>[] {
  const byNumber = new Map<string, { date: string; locations: Record<string, unknown>[] }>();
  for (const site of sites) {
    for (const { number, expiresOn, onHand, picked } of stock.at(
      item.wmsInventoryId,
      site.wmsLocationId,
    ).lots) {
      const lot = byNumber.get(number) ?? { date: expiresOn, locations: [] };
      lot.locations.push({
        location_id: site.wmsLocationId,
        name: site.name,
        on_hand_quantity: onHand,
        committed_quantity: picked,
        fulfillable_quantity: onHand - picked,
        awaiting_quantity: 0,
        internal_transfer_quantity: 0,
      });
      byNumber.set(number, lot);
    }
  }
  return [...byNumber].map(([number, { date, locations }]) => {
    const sum = (field: string) =>
      locations.reduce((total, location) => total + Number(location[field]), 0);
    return {
      lot_number: number,
      lot_date: `${date}T00:00:00Z`,
      on_hand_quantity: sum("on_hand_quantity"),
      committed_quantity: sum("committed_quantity"),
      fulfillable_quantity: sum("fulfillable_quantity"),
      awaiting_quantity: 0,
      internal_transfer_quantity: 0,
      locations,
    };
  });
}

function fulfillable({ onHand, committed }: StockRecord): number {
  return Math.max(0, onHand - committed);
}
