import type { Sku } from "@crossdock/domain";
import {
  markGone,
  masterDataFeed,
  namesNotInBook,
  productChangedEvent,
  saveProducts,
  type ReadItem,
} from "@crossdock/processes";
import type { Ledger } from "@crossdock/ledger";
import { MAX_BATCH_KEYS, type CatalogueItem, type ErpSystem } from "@crossdock/source-contract";
import { inBatches } from "../in-batches.ts";
import type { MasterDataFeed } from "../master-data-reader.ts";

/** Items as the ERP has them, blocked ones and services too. */
export function erpProductFeed(
  { name: source, masterData }: Pick<ErpSystem, "name" | "masterData">,
  { db }: Pick<Ledger, "db">,
): MasterDataFeed<ReadItem> {
  const loaded = (item: CatalogueItem): ReadItem => ({ ...item, modifiedAt: null });
  return {
    name: masterDataFeed(source, "product"),
    source,
    changes: {
      list: (query, signal) => masterData.listChangedProducts(query, signal),
      async readUnknown(names, signal) {
        const changedAt = new Map(names.map(({ key, modifiedAt }) => [key, modifiedAt]));
        const skus = (await namesNotInBook(db, "product", names)) as readonly Sku[];
        const items = await inBatches(skus, MAX_BATCH_KEYS, (some) =>
          masterData.readItems(some, signal),
        );
        return items
          .filter((item) => item !== null)
          .map((item) => ({ ...item, modifiedAt: changedAt.get(item.product.sku) ?? null }));
      },
    },
    async listAll(after, signal) {
      const { items, next } = await masterData.listItems(after, signal);
      return { items: items.map(loaded), next };
    },
    keyOf: ({ product }) => product.sku,
    async save(trx, items, readAt) {
      const changed = await saveProducts(trx, items, readAt);
      return changed.map((sku) => productChangedEvent(sku, readAt));
    },
    async removeOthers(trx, met, load) {
      const gone = await markGone<Sku>(trx, "product", met, load);
      return gone.map((sku) => productChangedEvent(sku, load.at));
    },
  };
}
