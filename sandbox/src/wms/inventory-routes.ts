import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { World, WorldItem } from "../world/world.ts";
import { badField, badRequest, notFound, parseIds } from "./answers.ts";
import {
  inventoryView,
  locationView,
  lotsView,
  nameView,
  productView,
  totalView,
} from "./inventory-view.ts";
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
