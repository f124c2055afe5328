import type { ReceiptRecord } from "@crossdock/processes";
import type { ReceiptView } from "../models.ts";

/** A receipt of the book: as its warehouse was last seen to have it. */
export function receiptView({ receipt, seenAt }: ReceiptRecord, source: string): ReceiptView {
  return { ...receipt, provenance: { source, asOf: seenAt, freshness: "CACHED" } };
}
