import { syntheticReference, type OrderId } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { isStillPromised, type OrderBook } from "@crossdock/processes";
import type { ErpSystem, WmsSystem } from "@crossdock/source-contract";

/** What is there of a synthetic order, as the systems themselves say. */
export interface Leftovers {
  /** @returns in words, what is left of it; empty when nothing is @throws {SourceUnavailableError} */
  of(orderId: OrderId, signal: AbortSignal): Promise<readonly string[]>;
  /** @returns the order of a run; `null` when none was accepted */
  orderOf(runId: string): Promise<OrderId | null>;
}

export function createLeftovers(deps: {
  readonly ledger: Ledger;
  readonly orderBook: Pick<OrderBook, "readOrders">;
  readonly erp: Pick<ErpSystem, "orders">;
  readonly wms: Pick<WmsSystem, "shipments">;
}): Leftovers {
  const { ledger, orderBook, erp, wms } = deps;
  return {
    async of(orderId, signal) {
      const [record = null] = await orderBook.readOrders([orderId]);
      const draft = record?.state?.draft ?? null;
      if (draft === null) return [];
      const number = record?.number ?? null;
      const [atErp, [shipments = []], isPromised] = await Promise.all([
        erp.orders.findOrder(draft, signal),
        number === null ? [[]] : wms.shipments.readShipmentsOfOrders([number], signal),
        ledger.transaction((trx) => isStillPromised(trx, orderId)),
      ]);
      const live = shipments.filter(({ status }) => status !== "CANCELLED");
      return [
        ...(atErp === null ? [] : [`the ERP still has order ${atErp.number}`]),
        ...live.map((shipment) => `the warehouse still has shipment ${shipment.number}`),
        ...(isPromised ? ["its stock is still promised"] : []),
      ];
    },

    async orderOf(runId) {
      const row = await ledger.db
        .selectFrom("order_book")
        .select("id")
        .where("is_synthetic", "=", true)
        .where("customer_reference", "=", syntheticReference(runId))
        .executeTakeFirst();
      return row === undefined ? null : (row.id as OrderId);
    },
  };
}
