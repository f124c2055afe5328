import type { Product, Sku, StockPosition, Warehouse } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem, Page, WmsSystem } from "@crossdock/source-contract";
import {
  createBatchLoader,
  liveOrRemembered,
  liveProvenance,
  type BatchLoader,
} from "@crossdock/subgraph-kit";
import type { PositionView, ProductView } from "./models.ts";

export type LoaderDeps = {
  readonly erp: Pick<ErpSystem, "name" | "products">;
  readonly wms: Pick<WmsSystem, "name" | "stock" | "warehouses">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

type CatalogueQuery = Parameters<ErpSystem["products"]["listProducts"]>[0];

/** One set per request. Each is one bulk call to its source, however many keys are asked for. */
export type Loaders = {
  readonly productBySku: BatchLoader<Sku, ProductView>;
  /** By warehouse code; empty for a sku that the warehouses do not know. */
  readonly positionsBySku: BatchLoader<Sku, readonly PositionView[]>;
  /** A page of the ERP's listing; what it tells of each item is not read again. */
  readonly listCatalogue: (query: CatalogueQuery) => Promise<Page<Product>>;
  /** All warehouses, by code; read once. */
  readonly warehouses: () => Promise<readonly Warehouse[]>;
};

export function createLoaders({ erp, wms, clock, signal }: LoaderDeps): Loaders {
  const readProducts = liveOrRemembered({
    source: erp.name,
    read: erp.products.readProducts,
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
      load: async (skus, abort) =>
        (await readStock(skus, abort)).map((found) =>
          found === null || found instanceof Error
            ? found
            : found.document.map((position) => ({ ...position, provenance: found.provenance })),
        ),
    }),
    warehouses: () => (warehouses ??= wms.warehouses.listWarehouses(signal)),
  };
}
