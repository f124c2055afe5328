import {
  allocationsOf,
  atLeastZero,
  extendPrice,
  inOrderedUnit,
  orderLineId,
  subtractQuantities,
  zeroQuantity,
  type OrderState,
  type Quantity,
  type SourcingBackorder,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { OrderLineView } from "../models.ts";
import type { ErpPart } from "./erp-part.ts";

type Progress = "allocated" | "shipped" | "backordered" | "invoiced" | "allocations" | "promisedOn";
type Bare = Omit<OrderLineView, "id" | Progress> & {
  /** What the ERP says of it; nothing for a draft. */
  readonly erp: { readonly shipped: Quantity; readonly invoiced: Quantity };
};

/**
 * The lines in order of their number: goods and prices as the ERP has them, progress as our process
 * knows it, else as the ERP does.
 */
export function linesOf(record: OrderRecord, part: ErpPart): readonly OrderLineView[] {
  const { id, state } = record;
  const allocations = state === null ? [] : allocationsOf(state);
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
        backordered: backorderedOf(record, line, allocated),
        allocations: allocations.filter(({ lineNumber }) => lineNumber === line.lineNumber),
        promisedOn: backorderOf(state, line.lineNumber)?.promisedOn ?? null,
      };
    })
    .sort((left, right) => left.lineNumber - right.lineNumber);
}

/** Of the line, what no warehouse was found for, and what a warehouse has taken and not set aside. */
function backorderedOf(
  record: OrderRecord,
  { lineNumber, ordered }: Pick<OrderLineView, "lineNumber" | "ordered">,
  allocated: Quantity,
): Quantity {
  const none = zeroQuantity(ordered.uom);
  const { state, status } = record;
  if (state === null || status === "CANCELLED" || status === "REJECTED") return none;
  const line = state.draft.lines.find((other) => other.lineNumber === lineNumber);
  const waiting = backorderOf(state, lineNumber);
  if (line !== undefined && waiting !== null) return inOrderedUnit(line, waiting.quantity.value);
  const isTaken =
    state.shipments.some((shipment) => shipment.status !== "CANCELLED") &&
    state.steps.every((step) => step.kind !== "releaseOrder" || step.status !== "ASKED");
  return isTaken ? atLeastZero(subtractQuantities(ordered, allocated)) : none;
}

function backorderOf(state: OrderState | null, lineNumber: number): SourcingBackorder | null {
  return state?.sourcing.backorders.find((each) => each.lineNumber === lineNumber) ?? null;
}

function bareLines(part: ErpPart, state: OrderState | null): readonly Bare[] {
  if (part.kind === "document") {
    return part.order.lines.map((line) => ({
      lineNumber: line.lineNumber,
      sku: line.sku,
      ordered: line.ordered,
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
