import { InvalidCursorError } from "@crossdock/events";
import { stockKey, type StockName, type StockScope } from "@crossdock/processes";
import { pageOf, type Snapshot } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { stockEventOf } from "./inventory-event-of.ts";
import type { InventoryEventView } from "./models.ts";

/** Stock as subscribers were told of it, for a stream that begins with it. The warehouse is not asked. */
export function stockNow(
  scope: StockScope,
  { deps }: Context,
): Snapshot<{ readonly inventoryChanged: InventoryEventView }> {
  const { stockBook, stockPolicy: policy, wms, clock } = deps;
  return {
    book: "stock",
    count: (atMost) => stockBook.countScope(scope, atMost),
    readPage: async (after, first) => {
      const page = { after: after === null ? null : parseStockKey(after), first };
      const records = await stockBook.walkStock(scope, page);
      const occurredAt = clock.now();
      return pageOf(records, first, (record) => ({
        key: stockKey(record.level),
        payload: (cursor) => ({
          inventoryChanged: stockEventOf(record, { cursor, occurredAt, source: wms.name, policy }),
        }),
      }));
    },
  };
}

/** @throws {InvalidCursorError} when it is no `stockKey` */
function parseStockKey(key: string): StockName {
  const [sku = "", warehouse = "", ...rest] = key.split("@");
  if (sku === "" || warehouse === "" || rest.length > 0) throw new InvalidCursorError();
  return { sku, warehouse };
}
