import type { Address, OrderState, ShipmentId, Warehouse } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";

/** A warehouse moves seldom: its address is asked for again after this. */
const KEEP_MS = 3_600_000;

/** Where the shipments of orders leave from. */
export type WarehouseAddresses = {
  /** @returns `null` where nobody tells the warehouse's address */
  ofShipment(
    state: OrderState,
    shipmentId: ShipmentId,
    signal: AbortSignal,
  ): Promise<Address | null>;
};

export function createWarehouseAddresses({
  wms,
  clock,
}: {
  readonly wms: Pick<WmsSystem, "warehouses">;
  readonly clock: Clock;
}): WarehouseAddresses {
  let kept: { readonly warehouses: readonly Warehouse[]; readonly untilMs: number } | null = null;
  return {
    async ofShipment({ shipments, steps, draft }, shipmentId, signal) {
      if (kept === null || kept.untilMs < clock.nowMs()) {
        const warehouses = await wms.warehouses.listWarehouses(signal);
        kept = { warehouses, untilMs: clock.nowMs() + KEEP_MS };
      }
      const release = shipments.find(({ id }) => id === shipmentId)?.release ?? null;
      const step = steps.find((each) => each.kind === "releaseOrder" && each.release === release);
      const code = step?.warehouse ?? draft.warehouse;
      return kept.warehouses.find((warehouse) => warehouse.code === code)?.address ?? null;
    },
  };
}
