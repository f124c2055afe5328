import {
  withHeld,
  type Product,
  type Reservation,
  type ReservationId,
  type Sku,
  type StockPosition,
  type Warehouse,
} from "@crossdock/domain";
import type { CommandRecord } from "@crossdock/commands";
import type { ErpSystem, Page } from "@crossdock/source-contract";
import {
  createBatchLoader,
  liveOrRemembered,
  liveProvenance,
  type BatchLoader,
} from "@crossdock/subgraph-kit";
import type { InventoryDeps } from "./deps.ts";
import type { PositionView, ProductView } from "./models.ts";

type CatalogueQuery = Parameters<ErpSystem["products"]["listProducts"]>[0];

/** One set per request. Each is one bulk call to its source, however many keys are asked for. */
export type Loaders = {
  readonly productBySku: BatchLoader<Sku, ProductView>;
  /** By warehouse code, less what reservations hold; empty for a sku that the warehouses do not know. */
  readonly positionsBySku: BatchLoader<Sku, readonly PositionView[]>;
  /** A page of the ERP's listing; what it tells of each item is not read again. */
  readonly listCatalogue: (query: CatalogueQuery) => Promise<Page<Product>>;
  readonly command: BatchLoader<string, CommandRecord>;
  /** Of whatever account: nothing here looks at who is asking. */
  readonly reservation: BatchLoader<ReservationId, Reservation>;
  /** All warehouses, by code; read once. */
  readonly warehouses: () => Promise<readonly Warehouse[]>;
};

export function createLoaders(
  { erp, wms, productBook, reservationBook, commandLog, clock }: InventoryDeps,
  signal: AbortSignal,
): Loaders {
  const readProducts = liveOrRemembered({
    source: erp.name,
    read: erp.products.readProducts,
    recall: async (skus) =>
      (await productBook.readProducts(skus)).map((known) =>
        known === null ? null : { document: known.document, seenAt: known.provenance.asOf },
      ),
    clock,
  });
  const readStock = liveOrRemembered<Sku, readonly StockPosition[]>({
    source: wms.name,
    read: (skus, abort) => wms.stock.readStock(skus, abort),
    clock,
  });
  let warehouses: Promise<readonly Warehouse[]> | null = null;
  const productBySku = createBatchLoader<Sku, ProductView>({
    signal,
    load: async (skus, abort) =>
      (await readProducts(skus, abort)).map((found) =>
        found === null || found instanceof Error
          ? found
          : { ...found.document, provenance: found.provenance },
      ),
  });
  return {
    productBySku,
    listCatalogue: async (query) => {
      const page = await erp.products.listProducts(query, signal);
      const provenance = liveProvenance(erp.name, clock);
      for (const item of page.items) productBySku.prime(item.sku, { ...item, provenance });
      return page;
    },
    positionsBySku: createBatchLoader({
      signal,
      load: async (skus, abort) => {
        const [stock, held] = await Promise.all([
          readStock(skus, abort),
          reservationBook.readHeld(skus),
        ]);
        return stock.map((found, at) => {
          if (found === null || found instanceof Error) return found;
          const positions = withHeld(found.document, held[at] ?? []);
          return positions.map((position) => ({ ...position, provenance: found.provenance }));
        });
      },
    }),
    command: createBatchLoader({ signal, load: (ids) => commandLog.read(ids) }),
    reservation: createBatchLoader({
      signal,
      load: (ids) => reservationBook.readReservations(ids),
    }),
    warehouses: () => (warehouses ??= wms.warehouses.listWarehouses(signal)),
  };
}
