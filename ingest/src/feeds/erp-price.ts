import {
  masterDataFeed,
  priceChangedEvent,
  removeOtherPriceLines,
  savePriceLines,
} from "@crossdock/processes";
import type { ErpSystem, KeyedPriceLine } from "@crossdock/source-contract";
import type { MasterDataFeed } from "../master-data-reader.ts";

/** The active lines of the ERP's price lists. It does not tell which of them changed. */
export function erpPriceFeed({
  name: source,
  masterData,
}: Pick<ErpSystem, "name" | "masterData">): MasterDataFeed<KeyedPriceLine> {
  return {
    name: masterDataFeed(source, "price"),
    source,
    changes: null,
    listAll: (after, signal) => masterData.listPriceLines(after, signal),
    keyOf: ({ key }) => key,
    async save(trx, lines, readAt) {
      const changed = await savePriceLines(trx, lines, readAt);
      return changed.map((sku) => priceChangedEvent(sku, readAt));
    },
    async removeOthers(trx, met, { at }) {
      const changed = await removeOtherPriceLines(trx, met);
      return changed.map((sku) => priceChangedEvent(sku, at));
    },
  };
}
