import { parseSku, parseWarehouseCode } from "@crossdock/domain";
import type { ReceiptFilter as ReceiptBookFilter } from "@crossdock/processes";
import {
  boundedCount,
  connectionOf,
  datePosition,
  decodePosition,
  parseFirst,
} from "@crossdock/subgraph-kit";
import type { QueryreceiptsArgs } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ReceiptConnectionView } from "../models.ts";
import { receiptView } from "./receipt-view.ts";

/**
 * One page of the receipts, from the receipt book.
 * @throws {InvalidValueError} on a `first`, `after` or filter that makes no sense
 */
export async function listReceipts(
  { filter, first, after }: QueryreceiptsArgs,
  { deps: { receiptBook, wms } }: Context,
): Promise<ReceiptConnectionView> {
  const which: ReceiptBookFilter = {
    ...(filter?.statuses == null ? {} : { statuses: filter.statuses }),
    ...(filter?.warehouse == null ? {} : { warehouse: parseWarehouseCode(filter.warehouse) }),
    ...(filter?.sku == null ? {} : { sku: parseSku(filter.sku) }),
  };
  const { rows, hasNextPage } = await receiptBook.listReceipts({
    ...which,
    first: parseFirst(first),
    after: decodePosition(after, datePosition),
  });
  return connectionOf({
    rows: rows.map(({ record, position }) => ({ node: receiptView(record, wms.name), position })),
    hasNextPage,
    after,
    totalCount: () => boundedCount((atMost) => receiptBook.countReceipts(which, atMost)),
  });
}
