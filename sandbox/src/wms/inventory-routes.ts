import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { World, WorldItem, WorldWarehouse } from "../world/world.ts";
import { badField, badRequest, notFound, parseIds } from "./answers.ts";
import type { StockRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";
import { pageQuery, urlPage } from "./url-pages.ts";

type InventoryDeps = { readonly world: World; readonly stock: StockRoom; readonly apiUrl: string };

const listQuery = pageQuery.extend({
  SearchBy: z.string().optional(),
  InventoryIds: z.string().optional(),
  LocationId: z.coerce.number().int().optional(),
  LocationType: z.string().optional(),
  IsActive: z.string().optional(),
  IsDigital: z.string().optional(),
  SortBy: z.string().optional(),
});
type ListQuery = z.infer<typeof listQuery>;

/** Items and their stock, in total, by location and by lot. */
export function registerInventory(
  app: FastifyInstance,
  { world, stock, apiUrl }: InventoryDeps,
): void {
  const byId = new Map(world.items.map((item) => [item.wmsInventoryId, item]));
  const sitesOf = (query: ListQuery) =>
    world.warehouses.filter(
      ({ wmsLocationId }) => wmsLocationId === (query.LocationId ?? wmsLocationId),
    );

  const list = (
    path: string,
    operation: string,
    view: (item: WorldItem, query: ListQuery) => Record<string, unknown>,
  ) => {
    app.get(`/2026-01/${path}`, { config: { operation } }, (request, reply) => {
      const query = listQuery.safeParse(request.query);
      if (!query.success) return badRequest(reply, query.error);
      const items = select(world.items, byId, query.data, reply);
      if (items === null) return reply;
      const asked = request.query as Record<string, string>;
      return urlPage(items, query.data, `${apiUrl}/2026-01/${path}`, asked, (item) =>
        view(item, query.data),
      );
    });
  };

  list("product", "GET product", productView);
  list("inventory", "GET inventory", inventoryView);
  list("inventory-level", "GET inventory-level", (item) =>
    totalView(item, world.warehouses, stock),
  );
  list("inventory-level/locations", "GET inventory-level/locations", (item, query) => ({
    ...nameView(item),
    locations: sitesOf(query).map((site) =>
      locationView(site, stock.at(item.wmsInventoryId, site.wmsLocationId)),
    ),
  }));
  list("inventory-level/lots", "GET inventory-level/lots", (item, query) => ({
    ...nameView(item),
    lots: lotsView(item, sitesOf(query), stock),
  }));
  app.get(
    "/2026-01/inventory/:inventoryId",
    { config: { operation: "GET inventory/{id}" } },
    (request, reply) => {
      const { inventoryId } = request.params as { inventoryId: string };
      const item = byId.get(Number(inventoryId));
      return item === undefined ? notFound(reply, `Inventory ${inventoryId}`) : inventoryView(item);
    },
  );
}

/** Items that the filters let through; `null` when the answer was sent. */
function select(
  items: readonly WorldItem[],
  byId: ReadonlyMap<number, WorldItem>,
  query: ListQuery,
  reply: FastifyReply,
): readonly WorldItem[] | null {
  let chosen: readonly WorldItem[] = items;
  if (query.InventoryIds !== undefined) {
    const ids = parseIds(query.InventoryIds);
    if (ids === null) {
      void badField(reply, "InventoryIds", `The value '${query.InventoryIds}' is not valid.`);
      return null;
    }
    chosen = ids.flatMap((inventoryId) => byId.get(inventoryId) ?? []);
  }
  if (query.SearchBy !== undefined) {
    const words = query.SearchBy.toLowerCase();
    chosen = chosen.filter(
      ({ sku, name }) => sku.toLowerCase() === words || name.toLowerCase().includes(words),
    );
  }
  // Everything this account keeps is active and can be touched.
  return query.IsActive === "false" || query.IsDigital === "true" ? [] : chosen;
}

function nameView({ wmsInventoryId, sku, name }: WorldItem) {
  return { inventory_id: wmsInventoryId, sku, name };
}

function inventoryView(item: WorldItem): Record<string, unknown> {
  return {
    ...nameView(item),
    barcodes: [{ value: item.gtin }],
    is_active: true,
    is_digital: false,
    is_lot: item.tracking === "LOT",
    weight: { unit: "g", value: item.weightGrams },
  };
}

function productView(item: WorldItem): Record<string, unknown> {
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

function totalView(
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

function locationView(site: WorldWarehouse, row: StockRecord): Record<string, unknown> {
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
function lotsView(
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
