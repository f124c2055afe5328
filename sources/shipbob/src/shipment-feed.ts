import type { Shipment } from "@crossdock/domain";
import type { ShipmentFeed } from "@crossdock/source-contract";
import type { ShipbobClient } from "./client.ts";
import { orderDocuments } from "./order-document.ts";
import { MAX_PAGE_ORDERS } from "./shipment-reader.ts";
import { shipmentsOf } from "./shipment-mapping.ts";
import type { Sites } from "./sites.ts";

/** Pages that one call of the feed reads; a longer backlog goes on with `next`. */
const MAX_PAGES_AT_ONCE = 20;

type FeedDeps = { readonly client: ShipbobClient; readonly sites: Sites };

/**
 * The vendor filters by time of change but sorts by age of the order. So a call reads the whole
 * window and sorts it itself; only past 5,000 orders does it cut, and the order then holds
 * within each part. The window has no upper end: an order that changes while pages are read moves
 * towards later pages and may come twice, but is never skipped.
 */
export function createShipmentFeed({ client, sites }: FeedDeps): ShipmentFeed {
  return {
    async listChangedShipments({ since, after }, signal) {
      const { codeOf } = await sites.map(signal);
      const byId = new Map<string, Shipment>();
      const firstPage = after === null ? 1 : Number(after);
      let page = firstPage;
      let isLast = false;
      for (; !isLast && page < firstPage + MAX_PAGES_AT_ONCE; page += 1) {
        const { body, hasNext } = await client.getPage(
          "/order",
          {
            LastUpdateStartDate: since ?? undefined,
            SortOrder: "Oldest",
            Limit: String(MAX_PAGE_ORDERS),
            Page: String(page),
          },
          orderDocuments,
          signal,
        );
        // The header's name is not documented: a full page without it is followed by another try.
        isLast = !hasNext && body.length < MAX_PAGE_ORDERS;
        for (const document of body) {
          for (const shipment of shipmentsOf(document, { source: client.name, codeOf })) {
            byId.set(shipment.id, shipment);
          }
        }
      }
      const items = [...byId.values()]
        .filter(({ modifiedAt }) => since === null || modifiedAt >= since)
        .sort((left, right) => (left.modifiedAt < right.modifiedAt ? -1 : 1));
      return { items, next: isLast ? null : String(page) };
    },
  };
}
