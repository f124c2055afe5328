import type { Sku, StockPosition } from "@crossdock/domain";
import type { StockBook } from "@crossdock/processes";
import type { Remembered } from "./cached-read.ts";

/**
 * Stock as the feed has read it, of all warehouses at once; nothing before the first listing is whole, for until then a
 * product may lack warehouses.
 * @param feed whose book it is
 */
export function stockInBook(
  book: Pick<StockBook, "isLoaded" | "readSeen">,
  feed: string,
): (skus: readonly Sku[]) => Promise<readonly (Remembered<readonly StockPosition[]> | null)[]> {
  let isLoaded = false;
  return async (skus) => {
    // Once it is, it stays so.
    isLoaded ||= await book.isLoaded(feed);
    if (!isLoaded) return skus.map(() => null);
    const seen = await book.readSeen(skus);
    return skus.map((sku) => {
      const found = seen.get(sku);
      return found === undefined ? null : { document: found.positions, seenAt: found.seenAt };
    });
  };
}
