import {
  withHeld,
  type LotsInWarehouse,
  type Product,
  type Provenance,
  type ReceiptId,
  type Reservation,
  type ReservationId,
  type Sku,
  type Warehouse,
} from "@crossdock/domain";
import type { CommandRecord } from "@crossdock/commands";
import type { Wish } from "@crossdock/reads";
import { countingCalls } from "@crossdock/runtime";
import type { ErpSystem, Page } from "@crossdock/source-contract";
import { createBatchLoader, documentsOf, type BatchLoader } from "@crossdock/subgraph-kit";
import type { InventoryDeps } from "./deps.ts";
import type { InboundView, PositionView, ProductView, ReceiptView } from "./models.ts";
import { receiptView } from "./receipts/receipt-view.ts";

type CatalogueQuery = Parameters<ErpSystem["products"]["listProducts"]>[0];

/** One set per request: one answer per key, and one bulk read for all keys that are asked for in one turn. */
export type Loaders = {
  readonly productBySku: BatchLoader<Sku, ProductView>;
  /** By warehouse code, less what reservations hold; empty for a sku that the warehouses do not know. */
  readonly positionsBySku: BatchLoader<Sku, readonly PositionView[]>;
  /** By warehouse code; empty for a product without lots. */
  readonly lotsBySku: BatchLoader<Sku, readonly LotsInWarehouse[]>;
  /** A page of the ERP's listing; what it tells of each item is not read again. */
  readonly listCatalogue: (query: CatalogueQuery) => Promise<Page<Product>>;
  readonly command: BatchLoader<string, CommandRecord>;
  /** Of whatever account: nothing here looks at who is asking. */
  readonly reservation: BatchLoader<ReservationId, Reservation>;
  readonly receipt: BatchLoader<ReceiptId, ReceiptView>;
  readonly inboundBySku: BatchLoader<Sku, InboundView>;
  /** All of them, by code. */
  readonly warehouses: () => Promise<readonly Warehouse[]>;
};

export function createLoaders(
  { erp, wms, reads, reservationBook, receiptBook, commandLog, clock }: InventoryDeps,
  wish: Wish,
): Loaders {
  const { signal, tally } = wish;
  const productBySku = createBatchLoader<Sku, ProductView>({
    signal,
    load: async (skus) =>
      (await reads.products(skus, wish)).map((found) =>
        found === null || found instanceof Error
          ? found
          : { ...found.document, provenance: found.provenance },
      ),
  });
  const warehouses = createBatchLoader<"all", readonly Warehouse[]>({
    signal,
    load: documentsOf(reads.warehouses, wish),
  });
  return {
    productBySku,
    listCatalogue: async (query) => {
      const provenance: Provenance = { source: erp.name, asOf: clock.now(), freshness: "LIVE" };
      const page = await countingCalls(tally, () => erp.products.listProducts(query, signal));
      for (const item of page.items) productBySku.prime(item.sku, { ...item, provenance });
      return page;
    },
    positionsBySku: createBatchLoader({
      signal,
      load: async (skus) => {
        const [stock, held] = await Promise.all([
          reads.stock(skus, wish),
          reservationBook.readHeld(skus),
        ]);
        return stock.map((found, at) => {
          if (found === null || found instanceof Error) return found;
          const positions = withHeld(found.document, held[at] ?? []);
          return positions.map((position) => ({ ...position, provenance: found.provenance }));
        });
      },
    }),
    lotsBySku: createBatchLoader({ signal, load: documentsOf(reads.lots, wish) }),
    command: createBatchLoader({ signal, load: (ids) => commandLog.read(ids) }),
    reservation: createBatchLoader({
      signal,
      load: (ids) => reservationBook.readReservations(ids),
    }),
    receipt: createBatchLoader({
      signal,
      load: async (ids) =>
        (await receiptBook.readReceipts(ids)).map((record) =>
          record === null ? null : receiptView(record, wms.name),
        ),
    }),
    inboundBySku: createBatchLoader({
      signal,
      load: async (skus) => {
        const [inbound, isWhole] = await Promise.all([
          receiptBook.readInbound(skus),
          receiptBook.isLoaded(`${wms.name}-receipt`),
        ]);
        return inbound.map((receipts) => ({ receipts, isWhole }));
      },
    }),
    warehouses: async () => (await warehouses.load("all")) ?? [],
  };
}
