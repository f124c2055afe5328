import type { OrderHold } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { ErpPart } from "./erp-part.ts";

/** A hold of our process names what stopped before its code: `releaseOrder:UNKNOWN_SKU`. */
export type ReadHold = OrderHold & {
  /** `createOrder`, `releaseOrder`, `raiseInvoice`, `shipment-{id}`; `null` for the ERP's own hold. */
  readonly step: string | null;
};

/** What stops the order: our process's own reasons, else the ERP's. */
export function holdsOf({ state, status }: OrderRecord, part: ErpPart): readonly ReadHold[] {
  if (state !== null && state.holds.length > 0) {
    return state.holds.map((hold) => {
      const at = hold.code.lastIndexOf(":");
      const step = at < 0 ? null : hold.code.slice(0, at);
      return { ...hold, code: hold.code.slice(at + 1), step };
    });
  }
  const order = part.kind === "document" ? part.order : null;
  const isHeld = status === "ON_HOLD" || (state !== null && order?.status === "ON_HOLD");
  if (!isHeld || order === null) return [];
  const reason = "The order waits for a decision in the ERP.";
  return [{ code: "ERP_HOLD", reason, since: order.modifiedAt, step: null }];
}
