import type { Receipt } from "@crossdock/domain";
import type { ReceiptFeed } from "@crossdock/source-contract";
import type { ShipbobClient } from "./client.ts";
import { OPEN_STATUSES, receiptOf, receivingDocuments } from "./receipt-document.ts";
import type { Sites } from "./sites.ts";

/** How many the vendor is asked for in one call. */
const PAGE_RECEIPTS = 100;

/**
 * The vendor filters its receiving orders by state and not by change: those that are open are few, and are read whole.
 */
export function createReceiptFeed({
  client,
  sites,
}: {
  readonly client: ShipbobClient;
  readonly sites: Sites;
}): ReceiptFeed {
  return {
    async listOpenReceipts(after, signal) {
      const page = after === null ? 1 : Number(after);
      const query = {
        Statuses: OPEN_STATUSES.join(","),
        Page: String(page),
        Limit: String(PAGE_RECEIPTS),
      };
      const [siteMap, { body, hasNext }] = await Promise.all([
        sites.map(signal),
        client.getPage("/receiving", query, receivingDocuments, signal),
      ]);
      return {
        items: body.map((document) => receiptOf(document, siteMap)).filter(isOurs),
        next: hasNext || body.length === PAGE_RECEIPTS ? String(page + 1) : null,
      };
    },

    async readReceipts(ids, signal) {
      signal.throwIfAborted();
      const numbers = ids.filter((id) => /^\d{1,15}$/.test(id));
      if (numbers.length === 0) return ids.map(() => null);
      const query = { IDs: numbers.join(","), Page: "1", Limit: String(numbers.length) };
      const [siteMap, documents] = await Promise.all([
        sites.map(signal),
        client.get("/receiving", query, receivingDocuments, signal),
      ]);
      const found = documents.map((document) => receiptOf(document, siteMap)).filter(isOurs);
      const byId = new Map(found.map((receipt) => [receipt.id, receipt]));
      return ids.map((id) => byId.get(id) ?? null);
    },
  };
}

function isOurs(receipt: Receipt | null): receipt is Receipt {
  return receipt !== null;
}
