import {
  atLeastZero,
  extendPrice,
  orderLineId,
  subtractQuantities,
  zeroQuantity,
  type OrderState,
  type Quantity,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { OrderLineView } from "../models.ts";
import type { ErpPart } from "./erp-part.ts";

type Bare = Omit<OrderLineView, "id" | "allocated" | "shipped" | "backordered" | "invoiced"> & {
  /** What the ERP says of it; nothing for a draft. */
  readonly erp: { readonly shipped: Quantity; readonly invoiced: Quantity };
};

/**
 * The lines in order of their number: goods and prices as the ERP has them, progress as our process
 * knows it, else as the ERP does.
 */
export function linesOf(record: OrderRecord, part: ErpPart): readonly OrderLineView[] {
  const { id, state } = record;
  return bareLines(part, state)
    .map(({ erp, ...line }) => {
      const progress = state?.lines.find(({ lineNumber }) => lineNumber === line.lineNumber);
      const allocated = progress?.allocated ?? erp.shipped;
      return {
        ...line,
        id: orderLineId(id, line.lineNumber),
        allocated,
        shipped: progress?.shipped ?? erp.shipped,
        invoiced: progress?.invoiced ?? erp.invoiced,
        backordered: waitsForStock(record)
          ? atLeastZero(subtractQuantities(line.ordered, allocated))
          : zeroQuantity(line.ordered.uom),
      };
    })
    .sort((left, right) => left.lineNumber - right.lineNumber);
}

/** Once the warehouse has the order, what it has not set aside waits for stock. */
function waitsForStock({ status, state }: OrderRecord): boolean {
  if (state === null || status === "CANCELLED" || status === "REJECTED") return false;
  return state.shipments.some((shipment) => shipment.status !== "CANCELLED");
}

function bareLines(part: ErpPart, state: OrderState | null): readonly Bare[] {
  if (part.kind === "document") {
    return part.order.lines.map((line) => ({
      lineNumber: line.lineNumber,
      sku: line.sku,
      ordered: line.ordered,
      returned: zeroQuantity(line.ordered.uom),
      unitPrice: line.unitPrice,
      priceBasis: basisOf(state, line.lineNumber),
      lineTotal: line.lineTotal,
      erp: { shipped: line.shipped, invoiced: line.invoiced },
    }));
  }
  return part.draft.lines.map((line) => {
    const none = zeroQuantity(line.ordered.uom);
    return {
      lineNumber: line.lineNumber,
      sku: line.sku,
      ordered: line.ordered,
      returned: none,
      unitPrice: line.unitPrice,
      priceBasis: line.priceBasis,
      lineTotal: extendPrice(line.unitPrice, line.ordered.value),
      erp: { shipped: none, invoiced: none },
    };
  });
}

function basisOf(state: OrderState | null, lineNumber: number): OrderLineView["priceBasis"] {
  return state?.draft.lines.find((line) => line.lineNumber === lineNumber)?.priceBasis ?? null;
}
