import { compareOrder, instantOf, parseOrderNumber, type OrderNumber } from "@crossdock/domain";
import { z } from "zod";
import type { Comparison } from "../comparison.ts";
import { countOrders, walkOrders } from "../walks.ts";
import { DAY_MS, PAGE_KEYS, type ComparisonDeps } from "./deps.ts";

/** First what is old and not over, then what was placed within the days that are compared. */
const position = z.object({
  part: z.enum(["old", "recent"]),
  after: z.object({ at: z.string(), id: z.string() }).nullable(),
});

/** How far each order is in the ERP, in the warehouse and here. */
export function compareOrders(deps: ComparisonDeps): Comparison {
  const { erp, wms, ledger, orderBook, shipmentBook, clock, settings } = deps;
  const since = instantOf(new Date(clock.nowMs() - settings.days * DAY_MS));

  const differencesOf = async (numbers: readonly OrderNumber[], signal: AbortSignal) => {
    if (numbers.length === 0) return [];
    const [documents, shipments] = await Promise.all([
      erp.orders.readOrders(numbers, signal),
      wms.shipments.readShipmentsOfOrders(numbers, signal),
    ]);
    // After the sources, so that our books are not older than what they are compared with.
    const records = await orderBook.readOrdersByNumber(numbers);
    const told = await shipmentBook.readShipmentsOfOrders(numbers);
    return numbers.flatMap((number, at) => {
      const record = records[at] ?? null;
      if (record === null) return [];
      const order = {
        id: record.id,
        number,
        status: record.status,
        isOurs: record.state !== null,
        erp: documents[at] ?? null,
        shipments: shipments[at] ?? [],
        told: (told[at] ?? []).map(({ shipment }) => shipment),
      };
      return compareOrder(order, { erp: erp.name, wms: wms.name }) ?? [];
    });
  };

  return {
    scope: "ORDER_STATUS",
    count: () => countOrders(ledger, since),
    async nextPage(raw, signal) {
      const { part, after } = raw === null ? START : position.parse(raw);
      const page = await walkOrders(ledger, { since, isOld: part === "old" }, after, PAGE_KEYS);
      const differences = await differencesOf(
        page.keys.map(({ number }) => number),
        signal,
      );
      const following = part === "old" ? { part: "recent", after: null } : null;
      return {
        compared: page.keys.length,
        suspects: differences.map(({ key }) => key),
        next: page.next === null ? following : { part, after: page.next },
      };
    },
    look: (keys, signal) =>
      differencesOf(
        keys.map((key) => parseOrderNumber(key)),
        signal,
      ),
  };
}

const START = { part: "old", after: null } as const;
